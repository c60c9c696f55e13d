-- The index of the brand filter, in a migration of its own: reads continue while it is built.

-- Without the products that have no brand, so that a catalogue without brands doesn't pay for it.
CREATE INDEX documents_brand ON documents (brand, id) WHERE brand <> '';
