-- name: create_change_lines
-- The lines of the changes that the transaction makes. Nothing of a temporary table is logged.
CREATE TEMPORARY TABLE change_lines (line text STORAGE EXTERNAL NOT NULL) ON COMMIT DROP

-- name: keep_change_lines
-- Keep the lines of what a part of the same statement changed.
INSERT INTO change_lines SELECT change_line FROM {part}

-- name: copy_change_lines
-- Write the lines as they are: JSON has none of these delimiters and quotes.
COPY change_lines TO STDOUT (FORMAT csv, DELIMITER E'\x02', QUOTE E'\x01')

-- name: created_line
-- The line of a product that was created.
concat('{{"action":"created","product_id":', new.id, ',"sku":', to_json(new.sku),
       ',"version":', new.version, ',"line":', {line}, ',"before":null,"after":{{', {after}, '}}}}')

-- name: updated_line
-- The line of a product that was changed.
concat('{{"action":"updated","product_id":', new.id, ',"sku":', to_json(new.sku),
       ',"version":', new.version, ',"line":', {line}, ',"before":{{', {before},
       '}},"after":{{', {after}, '}}}}')

-- name: merged_line
-- The line of a product that was created or changed by a record.
CASE WHEN old.id IS NULL THEN {created} ELSE {updated} END

-- name: deleted_line
-- The line of a product that was deleted.
concat('{{"action":"deleted","product_id":', old.id, ',"sku":', to_json(old.sku),
       ',"version":', old.version + 1, ',"line":null,"before":{{', {before}, '}},"after":null}}')
