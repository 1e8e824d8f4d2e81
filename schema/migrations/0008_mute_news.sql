ALTER TABLE `mutes` ADD `told` integer DEFAULT 2 NOT NULL;--> statement-breakpoint
CREATE INDEX `mutes_untold` ON `mutes` (`created_at`) WHERE told < 1 or (told < 2 and ended_at is not null);--> statement-breakpoint
-- Their end has yet to be told.
UPDATE `mutes` SET `told` = 1 WHERE `ended_at` IS NULL;
