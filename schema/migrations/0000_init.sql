CREATE TABLE `episodes` (
	`tenant` text NOT NULL,
	`finding` text NOT NULL,
	`episode` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`resolved_at` integer NOT NULL,
	`resolution` text NOT NULL,
	`count` integer NOT NULL,
	`severity` text NOT NULL,
	`quiet_period_ms` integer NOT NULL,
	`case_id` text,
	`coverage` real,
	`version` integer NOT NULL,
	PRIMARY KEY(`tenant`, `finding`, `episode`)
);
--> statement-breakpoint
CREATE TABLE `findings` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`owner` text NOT NULL,
	`version` integer NOT NULL,
	`status` text NOT NULL,
	`rule` text NOT NULL,
	`severity` text NOT NULL,
	`severity_rank` integer NOT NULL,
	`resource` text NOT NULL,
	`resource_type` text NOT NULL,
	`host` text,
	`namespace` text,
	`workload` text,
	`service` text,
	`search` text NOT NULL,
	`episode` integer NOT NULL,
	`opened_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`deadline_at` integer,
	`resolved_at` integer,
	`count` integer NOT NULL,
	`total_count` integer NOT NULL,
	`muted` integer DEFAULT false NOT NULL,
	`case_id` text,
	`doc` text NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE INDEX `findings_opened` ON `findings` (`tenant`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_status` ON `findings` (`tenant`,`status`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_severity` ON `findings` (`tenant`,`severity`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_rule` ON `findings` (`tenant`,`rule`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_resource_type` ON `findings` (`tenant`,`resource_type`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_resource` ON `findings` (`tenant`,`resource`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_host` ON `findings` (`tenant`,`host`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_owner` ON `findings` (`tenant`,`owner`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_namespace` ON `findings` (`tenant`,`namespace`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_workload` ON `findings` (`tenant`,`workload`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_service` ON `findings` (`tenant`,`service`,`opened_at`,`id`);--> statement-breakpoint
CREATE INDEX `findings_muted` ON `findings` (`tenant`,`opened_at`,`id`) WHERE muted = 1;--> statement-breakpoint
CREATE INDEX `findings_case` ON `findings` (`tenant`,`case_id`,`opened_at`,`id`) WHERE case_id is not null;--> statement-breakpoint
CREATE INDEX `findings_deadline` ON `findings` (`deadline_at`) WHERE status = 'open';--> statement-breakpoint
CREATE TABLE `signals` (
	`tenant` text NOT NULL,
	`id` text NOT NULL,
	`version` integer NOT NULL,
	`rule` text NOT NULL,
	`severity` text NOT NULL,
	`resource` text NOT NULL,
	`host` text,
	`namespace` text,
	`workload` text,
	`search` text NOT NULL,
	`first_seen_at` integer NOT NULL,
	`last_seen_at` integer NOT NULL,
	`count` integer NOT NULL,
	`doc` text NOT NULL,
	PRIMARY KEY(`tenant`, `id`)
);
--> statement-breakpoint
CREATE INDEX `signals_seen` ON `signals` (`tenant`,`first_seen_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_severity` ON `signals` (`tenant`,`severity`,`first_seen_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_rule` ON `signals` (`tenant`,`rule`,`first_seen_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_resource` ON `signals` (`tenant`,`resource`,`first_seen_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_host` ON `signals` (`tenant`,`host`,`first_seen_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_namespace` ON `signals` (`tenant`,`namespace`,`first_seen_at`,`id`);--> statement-breakpoint
CREATE INDEX `signals_workload` ON `signals` (`tenant`,`workload`,`first_seen_at`,`id`);