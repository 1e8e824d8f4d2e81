CREATE TABLE `signing_keys` (
	`n` integer PRIMARY KEY NOT NULL,
	`kid` text NOT NULL,
	`jwk` text NOT NULL,
	`created_at` integer NOT NULL,
	`retired_at` integer,
	`compromised_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `signing_keys_kid_unique` ON `signing_keys` (`kid`);--> statement-breakpoint
ALTER TABLE `episodes` ADD `certificate_claims` text;--> statement-breakpoint
ALTER TABLE `episodes` ADD `certificate_kid` text;--> statement-breakpoint
ALTER TABLE `episodes` ADD `certificate_jws` text;--> statement-breakpoint
CREATE INDEX `episodes_unsigned` ON `episodes` (`resolved_at`) WHERE certificate_claims is not null and certificate_jws is null;