-- Stands in for a migration of another branch until they are merged.
SELECT 1;
