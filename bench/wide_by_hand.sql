-- The same for a file with 35 columns that are attributes.
SET work_mem = '64MB';
BEGIN;
CREATE TEMP TABLE incoming (
    line bigint GENERATED ALWAYS AS IDENTITY,
    sku text, name text, description text, price numeric(12, 2), quantity integer,
    attribute_1 text, attribute_2 text, attribute_3 text, attribute_4 text, attribute_5 text,
    attribute_6 text, attribute_7 text, attribute_8 text, attribute_9 text, attribute_10 text,
    attribute_11 text, attribute_12 text, attribute_13 text, attribute_14 text, attribute_15 text,
    attribute_16 text, attribute_17 text, attribute_18 text, attribute_19 text, attribute_20 text,
    attribute_21 text, attribute_22 text, attribute_23 text, attribute_24 text, attribute_25 text,
    attribute_26 text, attribute_27 text, attribute_28 text, attribute_29 text, attribute_30 text,
    attribute_31 text, attribute_32 text, attribute_33 text, attribute_34 text, attribute_35 text
) ON COMMIT DROP;
\copy incoming (sku, name, description, price, quantity, attribute_1, attribute_2, attribute_3, attribute_4, attribute_5, attribute_6, attribute_7, attribute_8, attribute_9, attribute_10, attribute_11, attribute_12, attribute_13, attribute_14, attribute_15, attribute_16, attribute_17, attribute_18, attribute_19, attribute_20, attribute_21, attribute_22, attribute_23, attribute_24, attribute_25, attribute_26, attribute_27, attribute_28, attribute_29, attribute_30, attribute_31, attribute_32, attribute_33, attribute_34, attribute_35) from pstdin with (format csv, header)
INSERT INTO products (sku, sku_key, name, description, price, quantity, attributes)
SELECT DISTINCT ON (sku_key_of(sku))
       sku, sku_key_of(sku), name, description, price, quantity,
       jsonb_build_object(
           'attribute_1', attribute_1, 'attribute_2', attribute_2,
           'attribute_3', attribute_3, 'attribute_4', attribute_4,
           'attribute_5', attribute_5, 'attribute_6', attribute_6,
           'attribute_7', attribute_7, 'attribute_8', attribute_8,
           'attribute_9', attribute_9, 'attribute_10', attribute_10,
           'attribute_11', attribute_11, 'attribute_12', attribute_12,
           'attribute_13', attribute_13, 'attribute_14', attribute_14,
           'attribute_15', attribute_15, 'attribute_16', attribute_16,
           'attribute_17', attribute_17, 'attribute_18', attribute_18,
           'attribute_19', attribute_19, 'attribute_20', attribute_20,
           'attribute_21', attribute_21, 'attribute_22', attribute_22,
           'attribute_23', attribute_23, 'attribute_24', attribute_24,
           'attribute_25', attribute_25, 'attribute_26', attribute_26,
           'attribute_27', attribute_27, 'attribute_28', attribute_28,
           'attribute_29', attribute_29, 'attribute_30', attribute_30,
           'attribute_31', attribute_31, 'attribute_32', attribute_32,
           'attribute_33', attribute_33, 'attribute_34', attribute_34,
           'attribute_35', attribute_35
       )
FROM incoming ORDER BY sku_key_of(sku), line DESC
ON CONFLICT (sku_key) DO UPDATE
SET sku = excluded.sku, name = excluded.name, description = excluded.description,
    price = excluded.price, quantity = excluded.quantity, attributes = excluded.attributes,
    updated_at = now();
COMMIT;
