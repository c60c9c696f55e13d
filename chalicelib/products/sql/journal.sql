-- name: note_replaced
-- Store what a statement replaced: the rows of a part of the same statement.
INSERT INTO product_changes (slot, product_id, version, changed_at, changed_by, caller_name, action,
                             {columns})
SELECT (SELECT journal_slot(clock_timestamp())), id, version, clock_timestamp(), {changed_by},
       {caller_name}, {action}, {columns}
FROM {replaced}

-- name: note_product
-- Store a product's row as it is before a change, without columns that the change leaves alone.
INSERT INTO product_changes (slot, product_id, version, changed_at, changed_by, caller_name, action,
                             {columns})
SELECT journal_slot(clock_timestamp()), id, version + 1, clock_timestamp(), {changed_by},
       {caller_name}, {action}, {columns}
FROM products WHERE id = {product_id}

-- name: note_new
-- Store that a product was created, or came back after its deletion.
INSERT INTO product_changes (slot, product_id, version, changed_at, changed_by, caller_name, action)
VALUES (journal_slot(clock_timestamp()), {product_id}, {version}, clock_timestamp(), {changed_by},
        {caller_name}, {action})

-- name: note_restored
-- Store the products that a part of the same statement brought back.
INSERT INTO product_changes (slot, product_id, version, changed_at, changed_by, caller_name, action)
SELECT (SELECT journal_slot(clock_timestamp())), id, version, clock_timestamp(), {changed_by},
       {caller_name}, 'restore'
FROM {restored}

-- name: note_created
-- Store the products that a part of the same statement created.
INSERT INTO product_creations (job_id, part, ids)
SELECT {job_id}, {part}, array_agg(id) FROM {created} HAVING count(*) > 0

-- name: list_changes
-- The changes of a product before a version, newest first.
SELECT version, changed_at, changed_by, caller_name, action, {columns}
FROM product_changes
WHERE product_id = {product_id} AND version < {before}
ORDER BY version DESC

-- name: find_for_history
-- The product as it is now.
SELECT version, {columns} FROM products WHERE id = {product_id}

-- name: has_changes
-- Does a partition have any changes?
SELECT EXISTS (SELECT FROM {partition})

-- name: empty_partition
-- Delete all changes of a partition.
TRUNCATE {partition}

-- name: forget_creations
-- Delete the creations that are older than a time.
DELETE FROM product_creations WHERE created_at < {before}
