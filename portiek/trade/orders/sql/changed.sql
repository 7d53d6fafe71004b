-- An order remembers when it was last written, whoever wrote it: who follows orders asks for what changed since.
CREATE OR REPLACE FUNCTION ctx.order_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
 NEW.changed_at := clock_timestamp();
 RETURN NEW;
END $$;
ALTER FUNCTION ctx.order_changed OWNER TO p_fn;
DROP TRIGGER IF EXISTS changed ON orders_order;
CREATE TRIGGER changed BEFORE UPDATE ON orders_order FOR EACH ROW EXECUTE FUNCTION ctx.order_changed();
