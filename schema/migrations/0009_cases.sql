CREATE TABLE `case_checklist` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`id` text NOT NULL,
	`position` integer NOT NULL,
	`text` text NOT NULL,
	`done_at` integer,
	`done_by` text,
	PRIMARY KEY(`tenant`, `case`, `id`)
);
--> statement-breakpoint
CREATE TABLE `case_findings` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`finding` text NOT NULL,
	`linked_at` integer NOT NULL,
	`linked_by` text,
	PRIMARY KEY(`tenant`, `case`, `finding`)
);
--> statement-breakpoint
CREATE TABLE `case_notes` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`id` text NOT NULL,
	`body` text NOT NULL,
	`author` text NOT NULL,
	`created_at` integer NOT NULL,
	`edited_at` integer,
	PRIMARY KEY(`tenant`, `case`, `id`)
);
--> statement-breakpoint
CREATE TABLE `case_outbox` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`version` integer NOT NULL,
	`type` text NOT NULL,
	`at` integer NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`tenant`, `case`, `version`)
);
--> statement-breakpoint
CREATE INDEX `case_outbox_at` ON `case_outbox` (`at`);--> statement-breakpoint
CREATE TABLE `case_signals` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`signal` text NOT NULL,
	`linked_at` integer NOT NULL,
	`linked_by` text,
	PRIMARY KEY(`tenant`, `case`, `signal`)
);
--> statement-breakpoint
CREATE TABLE `case_timeline` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`id` text NOT NULL,
	`at` integer NOT NULL,
	`by` text,
	`kind` text NOT NULL,
	`data` text NOT NULL,
	PRIMARY KEY(`tenant`, `case`, `id`)
);
--> statement-breakpoint
CREATE INDEX `case_timeline_at` ON `case_timeline` (`tenant`,`case`,`at`,`id`);--> statement-breakpoint
CREATE TABLE `cases` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`n` integer NOT NULL,
	`version` integer NOT NULL,
	`change` text NOT NULL,
	`status` text NOT NULL,
	`title` text NOT NULL,
	`description` text NOT NULL,
	`priority` text NOT NULL,
	`assignee` text,
	`team` text,
	`due_at` integer,
	`labels` text NOT NULL,
	`rollup` text,
	`automation` text,
	`fixed_at` integer,
	`fixed_by` text,
	`regressed_at` integer,
	`duty` text,
	`close_reason` text,
	`closed_at` integer,
	`closed_by` text,
	`created_at` integer NOT NULL,
	`created_by` text,
	`updated_at` integer NOT NULL,
	`swept_at` integer NOT NULL,
	`search` text NOT NULL,
	`idempotency` text,
	`digest` text,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE UNIQUE INDEX `cases_n` ON `cases` (`tenant`,`n`);--> statement-breakpoint
CREATE INDEX `cases_status` ON `cases` (`tenant`,`status`,`n`);--> statement-breakpoint
CREATE INDEX `cases_priority` ON `cases` (`tenant`,`priority`,`n`);--> statement-breakpoint
CREATE INDEX `cases_assignee` ON `cases` (`tenant`,`assignee`,`n`);--> statement-breakpoint
CREATE INDEX `cases_team` ON `cases` (`tenant`,`team`,`n`);--> statement-breakpoint
CREATE INDEX `cases_due` ON `cases` (`tenant`,`due_at`) WHERE status <> 'closed';--> statement-breakpoint
CREATE UNIQUE INDEX `cases_of_rollup` ON `cases` (`tenant`,`rollup`) WHERE rollup is not null and status <> 'closed';--> statement-breakpoint
CREATE INDEX `cases_rollup` ON `cases` (`tenant`,`rollup`,`n`) WHERE rollup is not null;--> statement-breakpoint
CREATE UNIQUE INDEX `cases_idempotency` ON `cases` (`tenant`,`idempotency`) WHERE idempotency is not null;--> statement-breakpoint
CREATE INDEX `cases_claimed` ON `cases` (`swept_at`) WHERE status = 'fixed';--> statement-breakpoint
CREATE INDEX `cases_duty` ON `cases` (`swept_at`) WHERE duty is not null;