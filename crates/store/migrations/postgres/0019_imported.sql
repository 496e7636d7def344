-- Said before this program was there, told by the provider afterwards.
ALTER TABLE conversations ADD COLUMN is_imported BIGINT NOT NULL DEFAULT 0;
