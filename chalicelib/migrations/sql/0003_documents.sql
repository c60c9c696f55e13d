-- What products are found by: one document for each product, made after an import has ended.

ALTER TABLE products ADD COLUMN version bigint NOT NULL DEFAULT 1;
COMMENT ON COLUMN products.version IS 'one more with every write of the row';

-- A text without what readers do not tell apart: case, accents, ligatures.
CREATE FUNCTION fold(written text) RETURNS text
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE
        WHEN octet_length(written) = char_length(written) THEN lower(written COLLATE "C")
        ELSE replace(replace(replace(translate(
                 regexp_replace(normalize(lower(written COLLATE "pg_c_utf8"), NFKD) COLLATE "C",
                                '[\u0300-\u036f]', '', 'g'),
                 'øłđıħŧ', 'oldiht'), 'ß', 'ss'), 'æ', 'ae'), 'œ', 'oe')
    END;

-- The words of a folded text: runs of letters and digits. PostgreSQL's parser knows the marks of its
-- database's locale only; and where it would see a number with a sign, a host, a path, an address or
-- markup, the marks that make it one are taken out.
CREATE FUNCTION words_of(folded text) RETURNS tsvector
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN strip(to_tsvector('simple'::regconfig, CASE
        WHEN octet_length(folded) = char_length(folded) THEN
            replace(replace(replace(replace(replace(replace(replace(replace(
                folded, '-', ' '), '/', ' '), '.', ' '), '_', ' '), '@', ' '), '+', ' '),
                '<', ' '), '&', ' ')
        ELSE regexp_replace(folded COLLATE "pg_c_utf8", '[^[:alnum:]]+', ' ', 'g') COLLATE "C"
    END));

-- The query for texts that have all words of a search: as whole words, or as beginnings of words
-- where they are longer than one ASCII letter. Null where it has no word.
CREATE FUNCTION words_query(search text, whole boolean) RETURNS tsquery
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN (SELECT string_agg(
                quote_literal(word) || CASE WHEN whole OR octet_length(word) < 2 THEN '' ELSE ':*' END,
                ' & ')::tsquery
            FROM unnest(tsvector_to_array(words_of(fold(search)))) AS word);

CREATE TABLE documents (
    id bigint NOT NULL PRIMARY KEY,
    version bigint NOT NULL,
    sku_key text COLLATE "C" NOT NULL,
    name_key text COLLATE "C" NOT NULL,
    price_key numeric(12, 2) NOT NULL,
    active boolean NOT NULL,
    updated_at timestamptz NOT NULL,
    job_id text COLLATE "C",
    words tsvector NOT NULL
) PARTITION BY RANGE (id);

COMMENT ON TABLE documents IS 'what lists filter, sort and search by; see document_backlog';
COMMENT ON COLUMN documents.version IS 'of the product that the document was made from';

CREATE INDEX documents_sku_key ON documents (sku_key);
CREATE INDEX documents_name_key ON documents (name_key, id);
CREATE INDEX documents_price_key ON documents (price_key, id);
CREATE INDEX documents_updated_at ON documents (updated_at, id);
CREATE INDEX documents_active ON documents (active, id);
CREATE INDEX documents_job_id ON documents (job_id, id);
CREATE INDEX documents_words ON documents USING gin (words);

-- Partitions, so that a search for a common word stops after the first of them: four in the first
-- 524,288 ids, and four more each time the number of ids doubles. The last has all above 2^26.
DO $$
DECLARE
    low bigint := 0;
    high bigint;
BEGIN
    FOR n IN 0..32 LOOP
        high := low + (131072 << greatest(n / 4 - 1, 0));
        EXECUTE format(
            'CREATE TABLE documents_%s PARTITION OF documents FOR VALUES FROM (%s) TO (%s)',
            n, low, CASE WHEN n = 32 THEN 'MAXVALUE' ELSE high::text END);
        low := high;
    END LOOP;
END
$$;

-- Each product as its document must be.
CREATE VIEW current_documents AS
SELECT id, version, sku_key, left(fold(name), 100) AS name_key,
       coalesce(price, -1) AS price_key,  -- no price is below every price
       active, updated_at, source_job_id AS job_id,
       words_of(fold(concat_ws(' ', sku, name, left(description, 10000)))) AS words
FROM products;

-- Blocks of 4,096 ids with products whose documents may be missing or old, noted by what wrote or
-- deleted the products, in the same transaction. While it is empty, documents are exact.
CREATE TABLE document_backlog (
    block bigint NOT NULL,
    noted_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX document_backlog_block ON document_backlog (block);
INSERT INTO document_backlog (block) SELECT DISTINCT id / 4096 FROM products;
