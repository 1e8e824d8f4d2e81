ALTER TABLE `findings` ADD `spread_rollup` text;--> statement-breakpoint
ALTER TABLE `findings` ADD `spread_next` integer;--> statement-breakpoint
CREATE INDEX `findings_spread` ON `findings` (`tenant`,`spread_rollup`,`spread_next`,`owner`) WHERE status = 'open' and spread_rollup is not null;