CREATE TABLE `case_tickets` (
	`tenant` text NOT NULL,
	`case` text NOT NULL,
	`endpoint` text NOT NULL,
	`format` text NOT NULL,
	`key` text NOT NULL,
	`url` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	PRIMARY KEY(`tenant`, `case`, `endpoint`)
);
--> statement-breakpoint
CREATE TABLE `tracker_inbox` (
	`tenant` text NOT NULL,
	`endpoint` text NOT NULL,
	`id` text NOT NULL,
	`case` text NOT NULL,
	`status_at` integer,
	`assignee_at` integer,
	`received_at` integer NOT NULL,
	`doc` text NOT NULL,
	`applied_at` integer,
	PRIMARY KEY(`tenant`, `endpoint`, `id`)
);
--> statement-breakpoint
CREATE INDEX `tracker_inbox_case` ON `tracker_inbox` (`tenant`,`case`,`endpoint`,`received_at`);--> statement-breakpoint
CREATE INDEX `tracker_inbox_waiting` ON `tracker_inbox` (`received_at`) WHERE applied_at is null;--> statement-breakpoint
CREATE INDEX `tracker_inbox_applied` ON `tracker_inbox` (`applied_at`) WHERE applied_at is not null;