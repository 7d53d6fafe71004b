-- Take a person's words out of the facts between two numbers, and their salts out of the chain: the digests stay (docs/decisions/0020).
-- Whose words these are says an erasure that two people of the staff agreed on and that is under way; nothing else can be erased with this.
CREATE OR REPLACE FUNCTION ctx.erase_facts(erasure bigint, after bigint, upto bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE
 SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE mine bigint := ctx.claim(1, 'staff'); whom audit_erasure; names bigint[]; texts bigint[]; BEGIN
 SELECT * INTO whom FROM audit_erasure WHERE id = erasure AND portal_id = mine AND state = 'running';
 IF NOT FOUND THEN RAISE EXCEPTION 'no such erasure is under way' USING ERRCODE = '42501'; END IF;
 WITH taken AS (UPDATE core_fact SET user_name = '' WHERE portal_id = mine AND id > after AND id <= upto AND user_id = whom.user_id AND user_name <> '' RETURNING id)
 SELECT array_agg(id) INTO names FROM taken;
 UPDATE core_fact SET by_name = '' WHERE portal_id = mine AND id > after AND id <= upto AND by_user_id = whom.user_id AND by_name <> '';
 WITH taken AS (UPDATE core_fact SET text = '', changes = '{}' WHERE portal_id = mine AND id > after AND id <= upto AND (text <> '' OR changes <> '{}')
   AND (subject = 'accounts.user:' || whom.user_id OR subject = 'parties.contact:' || nullif(whom.contact_id, 0) OR whom.parties @> to_jsonb(party_id)
        OR (whom.pattern <> '' AND (text ~* whom.pattern OR changes::text ~* whom.pattern))) RETURNING id)
 SELECT array_agg(id) INTO texts FROM taken;
 UPDATE audit_link SET who_salt = NULL, erasure_id = erasure WHERE portal_id = mine AND fact_id = ANY (names);
 UPDATE audit_link SET what_salt = NULL, erasure_id = erasure WHERE portal_id = mine AND fact_id = ANY (texts);
 RETURN (SELECT count(DISTINCT id) FROM unnest(names || texts) id);
END $$;
ALTER FUNCTION ctx.erase_facts OWNER TO p_fn;
REVOKE ALL ON FUNCTION ctx.erase_facts FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ctx.erase_facts TO p_staff;
