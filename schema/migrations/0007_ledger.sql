CREATE TABLE `ledger` (
	`tenant` text NOT NULL,
	`seq` integer NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`search` text NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`tenant`, `seq`)
);
--> statement-breakpoint
CREATE INDEX `ledger_at` ON `ledger` (`tenant`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_actor` ON `ledger` (`tenant`,`actor`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_action` ON `ledger` (`tenant`,`action`,`at`,`seq`);--> statement-breakpoint
CREATE INDEX `ledger_subject` ON `ledger` (`tenant`,`subject`,`at`,`seq`);--> statement-breakpoint
CREATE TABLE `ledger_acts` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE INDEX `ledger_acts_at` ON `ledger_acts` (`at`,`id`);