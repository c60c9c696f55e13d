-- name: attributes_problem
-- Why a product can't have these attributes; null if it can. The limits are those of edits. The
-- size of the value rules out both for nearly every record, without reading it. Otherwise count the
-- names, then the bytes in a response (see chalicelib/http/sizes.py): a quote or backslash of the
-- JSON text takes two, a character outside printable ASCII six, and one above U+FFFF twelve.
CASE
    WHEN pg_column_size({attributes}) <= {sure_bytes} THEN NULL
    WHEN {attributes} IS NOT DISTINCT FROM product.attributes THEN NULL
    WHEN (SELECT count(*) FROM jsonb_object_keys({attributes})) > {most} THEN 'too_many_attributes'
    WHEN (
        SELECT 3 + length(text)
               - 2 * (SELECT count(*) FROM jsonb_object_keys({attributes}))  -- the spaces
               + length(text) - length(translate(text, '"\', ''))
               + 5 * length(regexp_replace(text, '[ -~]+', '', 'g'))
               + 6 * length(regexp_replace(text, '[^\U00010000-\U0010FFFF]+', '', 'g'))
        FROM (SELECT {attributes}::text COLLATE "C") AS written (text)
    ) > {most_bytes} THEN 'attributes_too_long'
END
