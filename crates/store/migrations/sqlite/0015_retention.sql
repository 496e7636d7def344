-- Working state: up to which position the words of a resolved conversation are gone.
ALTER TABLE conversations ADD COLUMN bare_to INTEGER NOT NULL DEFAULT 0;
