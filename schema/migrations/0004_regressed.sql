ALTER TABLE `episodes` ADD `regressed_at` integer;--> statement-breakpoint
ALTER TABLE `findings` ADD `regressed_at` integer;--> statement-breakpoint
CREATE INDEX `findings_regressed` ON `findings` (`tenant`,`opened_at`,`id`) WHERE regressed_at is not null;