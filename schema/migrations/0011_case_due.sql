DROP INDEX `cases_due`;--> statement-breakpoint
ALTER TABLE `cases` ADD `due_set` integer DEFAULT false NOT NULL;--> statement-breakpoint
CREATE INDEX `cases_updated` ON `cases` (`tenant`,`updated_at`,`n`);--> statement-breakpoint
CREATE INDEX `cases_due` ON `cases` (`tenant`,`due_at`,`n`) WHERE status <> 'closed';--> statement-breakpoint
UPDATE `cases` SET `due_set` = true WHERE `due_at` IS NULL OR `due_at` - `created_at` <> 86400000 * CASE `priority` WHEN 'P1' THEN 1 WHEN 'P2' THEN 3 WHEN 'P3' THEN 14 WHEN 'P4' THEN 30 ELSE 90 END;
