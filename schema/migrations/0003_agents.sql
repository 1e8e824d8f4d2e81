CREATE TABLE `agents` (
	`tenant` text NOT NULL,
	`owner` text NOT NULL,
	`id` text NOT NULL,
	`host` text NOT NULL,
	`kind` text NOT NULL,
	`ruleset` text,
	`ruleset_since` integer,
	`peers_ruleset` text,
	`interval_ms` integer,
	`last_contact_at` integer NOT NULL,
	`silent_since` integer,
	`due_at` integer,
	`doc` text NOT NULL,
	PRIMARY KEY(`tenant`, `owner`, `id`)
);
--> statement-breakpoint
CREATE INDEX `agents_silent` ON `agents` (`tenant`,`owner`) WHERE silent_since is not null;--> statement-breakpoint
CREATE INDEX `agents_unexpected` ON `agents` (`tenant`,`owner`) WHERE interval_ms is null;--> statement-breakpoint
CREATE INDEX `agents_drifting` ON `agents` (`tenant`,`owner`) WHERE peers_ruleset <> ruleset;--> statement-breakpoint
CREATE INDEX `agents_ruleset` ON `agents` (`tenant`,`kind`,`ruleset`) WHERE ruleset is not null;--> statement-breakpoint
CREATE INDEX `agents_due` ON `agents` (`due_at`) WHERE due_at is not null;--> statement-breakpoint
CREATE INDEX `agents_contact` ON `agents` (`last_contact_at`);