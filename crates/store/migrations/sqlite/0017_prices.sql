-- What the provider says a message costs, in its words: `category|kind|model|billable`.
ALTER TABLE outbox ADD COLUMN price TEXT;
