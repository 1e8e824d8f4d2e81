CREATE TABLE `muted_findings` (
	`tenant` text NOT NULL,
	`mute` text NOT NULL,
	`finding` text NOT NULL,
	`since` integer NOT NULL,
	`until` integer NOT NULL,
	`base_total_count` integer NOT NULL,
	`base_episode` integer NOT NULL,
	`base_ended` integer NOT NULL,
	PRIMARY KEY(`tenant`, `mute`, `finding`)
);
--> statement-breakpoint
CREATE INDEX `muted_findings_finding` ON `muted_findings` (`tenant`,`finding`,`until`);--> statement-breakpoint
CREATE TABLE `mutes` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`kind` text NOT NULL,
	`finding` text,
	`scope` text,
	`reason` text NOT NULL,
	`note` text NOT NULL,
	`author` text NOT NULL,
	`created_at` integer NOT NULL,
	`until` integer NOT NULL,
	`announced_at` integer,
	`ended_at` integer,
	`ended_by` text,
	`end_kind` text,
	`summary` text,
	`pending` text,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE INDEX `mutes_in_force` ON `mutes` (`tenant`,`until`,`id`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `mutes_ended` ON `mutes` (`tenant`,`ended_at`,`id`) WHERE ended_at is not null;--> statement-breakpoint
CREATE INDEX `mutes_finding` ON `mutes` (`tenant`,`finding`,`created_at`) WHERE finding is not null;--> statement-breakpoint
CREATE INDEX `mutes_due` ON `mutes` (`until`) WHERE ended_at is null;--> statement-breakpoint
CREATE INDEX `mutes_pending` ON `mutes` (`created_at`) WHERE pending is not null;--> statement-breakpoint
DROP INDEX `findings_muted`;--> statement-breakpoint
ALTER TABLE `findings` ADD `muted_until` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX `findings_muted` ON `findings` (`tenant`,`opened_at`,`id`) WHERE muted_until > 0;--> statement-breakpoint
ALTER TABLE `findings` DROP COLUMN `muted`;