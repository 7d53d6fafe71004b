def test_smoke(cast):
    from datetime import date
    from decimal import Decimal
    from portiek.core.db import scope
    from portiek.trade.catalog import queries
    from portiek.trade.pricing import queries as pq
    with scope(cast.sanne):
        p = queries.product(cast.sanne, "GP-125-2600")
        print(pq.standing_price(cast.sanne, p.pk, Decimal(60), day=date.today()))
        for q in ("gips", "plaat", "GP-125", "gp1252600", "gipsplaten", "snelbouw 35", "12,5", "schroeven", "BB-1", p.ean):
            page = queries.page(cast.sanne, search=q)
            print(q, [x.sku for x in page.rows][:6])
        print(queries.facets(cast.sanne), queries.facets(cast.sanne, search="gips"))
        page = queries.page(cast.sanne, size=15)
        nxt = queries.page(cast.sanne, size=15, after=page.next)
        back = queries.page(cast.sanne, size=15, before=nxt.previous)
        assert [x.pk for x in back.rows] == [x.pk for x in page.rows]
        print(queries.products_by_code(cast.sanne, ["bb-1001", "ss-3535"]))
    with scope(cast.els):
        print(queries.products(cast.els).count(), queries.facets(cast.els).total)
        assert queries.page(cast.els, search="schroeven").rows
