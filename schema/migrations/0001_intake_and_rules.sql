CREATE TABLE `exception_hits` (
	`tenant` text NOT NULL,
	`exception` text NOT NULL,
	`n` integer NOT NULL,
	`last_at` integer NOT NULL,
	PRIMARY KEY(`tenant`, `exception`)
);
--> statement-breakpoint
CREATE TABLE `intake_days` (
	`tenant` text NOT NULL,
	`day` integer NOT NULL,
	`received` integer NOT NULL,
	PRIMARY KEY(`tenant`, `day`)
);
--> statement-breakpoint
CREATE TABLE `intake_flushes` (
	`id` text PRIMARY KEY NOT NULL,
	`attempt` text NOT NULL,
	`at` integer NOT NULL
);
--> statement-breakpoint
CREATE INDEX `intake_flushes_at` ON `intake_flushes` (`at`);--> statement-breakpoint
CREATE TABLE `intake_hours` (
	`tenant` text NOT NULL,
	`hour` integer NOT NULL,
	`key` text NOT NULL,
	`host` text NOT NULL,
	`agent` text NOT NULL,
	`outcome` text NOT NULL,
	`code` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`tenant`, `hour`, `key`, `host`, `agent`, `outcome`, `code`)
);
--> statement-breakpoint
CREATE INDEX `intake_hours_hour` ON `intake_hours` (`hour`);--> statement-breakpoint
CREATE TABLE `intake_totals` (
	`tenant` text NOT NULL,
	`kind` text NOT NULL,
	`outcome` text NOT NULL,
	`code` text NOT NULL,
	`n` integer NOT NULL,
	PRIMARY KEY(`tenant`, `kind`, `outcome`, `code`)
);
--> statement-breakpoint
CREATE TABLE `rule_changes` (
	`tenant` text NOT NULL,
	`version` integer NOT NULL,
	`at` integer NOT NULL,
	`by` text NOT NULL,
	`action` text NOT NULL,
	`subject` text NOT NULL,
	`detail` text NOT NULL,
	`hash` text NOT NULL,
	PRIMARY KEY(`tenant`, `version`)
);
--> statement-breakpoint
CREATE INDEX `rule_changes_subject` ON `rule_changes` (`tenant`,`subject`,`version`);--> statement-breakpoint
CREATE TABLE `rule_retirements` (
	`tenant` text NOT NULL,
	`rule` text NOT NULL,
	`change` text NOT NULL,
	PRIMARY KEY(`tenant`, `rule`)
);
