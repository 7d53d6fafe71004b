#!/usr/bin/env python3
"""Create the test ERP: a Tryton database with a Dutch building merchant in it.

    python setup_data.py DATA_DIR [--seed 20] [--today YYYY-MM-DD]
                         [--extra-products N] [--extra-parties N]

Everything is fictitious.  With the same seed, the same --today and the same
versions of the modules the records, their ids and their numbers are the same
on every run; only the time stamps (create_date, write_date) differ.  Without
--today the dates are relative to the day it runs.

The database is SQLite in DATA_DIR unless TRYTOND_DATABASE_URI says otherwise
(e.g. postgresql://user:password@127.0.0.1:5432/ - the database itself is
created when the role may do so).
"""
import argparse
import datetime as dt
import io
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from decimal import Decimal as D
from pathlib import Path

MODULES = """
    account_invoice_stock account_payment account_payment_clearing
    account_statement bank carrier country currency document_incoming_invoice
    edocument_ubl incoterm party_relationship product_image
    product_measurements product_price_list product_price_list_dates purchase
    purchase_blanket_agreement quality sale sale_blanket_agreement
    sale_complaint sale_credit_limit sale_discount sale_price_list
    sale_product_customer sale_shipment_cost sale_subscription stock_lot
    stock_package_shipping stock_supply
    """.split()

# Development secrets: the server listens on the loopback address only.
ADMIN_LOGIN, ADMIN_PASSWORD = 'admin', 'beheer-lokaal-1'
USER_LOGIN, USER_PASSWORD = 'portiek', 'koppeling-lokaal-1'
LIMITED_LOGIN, LIMITED_PASSWORD = 'alleenlezen', 'beperkt-lokaal-1'
APPLICATION_KEY = 'portiek-lokale-sleutel-' + '0123456789abcdef' * 4
CANCELLED_KEY = 'portiek-ingetrokken-sleutel-' + 'fedcba9876543210' * 4

CATEGORIES = [  # code, Dutch, English
    ('CEM', "Cement en mortel", "Cement and mortar"),
    ('ISO', "Isolatie", "Insulation"),
    ('HOU', "Hout en plaatmateriaal", "Timber and panels"),
    ('BES', "Bestrating", "Paving"),
    ('DAK', "Dakbedekking", "Roofing"),
    ('BEV', "Bevestigingsmateriaal", "Fasteners"),
    ('GER', "Gereedschap", "Tools"),
    ('AFV', "Riolering en afvoer", "Drainage"),
    ('KIT', "Verf en kit", "Paint and sealants"),
    ('BOE', "Vakliteratuur", "Trade books"),
    ]

# code, category, Dutch, English, unit, list price, cost price, supplier,
# stock in Zwolle, stock in Breda, weight (kg), VAT
PRODUCTS = [
    ('CEM-001', 'CEM', "Portlandcement CEM I 25 kg", "Portland cement 25 kg", 'u', '6.95', '4.10', 0, 2400, 900, 25, 21),
    ('CEM-002', 'CEM', "Metselmortel M5 25 kg", "Masonry mortar M5 25 kg", 'u', '5.45', '3.05', 0, 1800, 600, 25, 21),
    ('CEM-003', 'CEM', "Betonmortel C20/25 25 kg", "Concrete mix C20/25 25 kg", 'u', '4.89', '2.70', 0, 1500, 0, 25, 21),
    ('CEM-004', 'CEM', "Tegellijm flexibel 20 kg", "Flexible tile adhesive 20 kg", 'u', '18.75', '11.20', 0, 640, 210, 20, 21),
    ('CEM-005', 'CEM', "Egaliseermiddel 23 kg", "Floor leveller 23 kg", 'u', '21.40', '12.95', 0, 310, 95, 23, 21),
    ('ISO-001', 'ISO', "PIR-plaat 100 mm 1200x600", "PIR board 100 mm 1200x600", 'm²', '24.90', '16.80', 1, 860, 410, 3.2, 21),
    ('ISO-002', 'ISO', "Glaswol deken 140 mm", "Glass wool blanket 140 mm", 'm²', '7.85', '4.60', 1, 2200, 1300, 2.5, 21),
    ('ISO-003', 'ISO', "EPS-vloerplaat 80 mm", "EPS floor board 80 mm", 'm²', '9.20', '5.70', 1, 980, 300, 1.6, 21),
    ('ISO-004', 'ISO', "Dampremmende folie 2 m", "Vapour barrier 2 m", 'm', '2.35', '1.15', 1, 3000, 800, 0.3, 21),
    ('ISO-005', 'ISO', "Steenwol platen 45 mm", "Stone wool boards 45 mm", 'm²', '11.60', '7.05', 1, 0, 240, 2.9, 21),
    ('HOU-001', 'HOU', "Vuren balk 71x171 C24", "Spruce beam 71x171 C24", 'm', '8.95', '6.10', 2, 4200, 1500, 5.6, 21),
    ('HOU-002', 'HOU', "Vuren lat 22x50 geschaafd", "Planed spruce batten 22x50", 'm', '1.25', '0.74', 2, 9000, 4000, 0.5, 21),
    ('HOU-003', 'HOU', "OSB-3 plaat 18 mm 2440x1220", "OSB-3 board 18 mm 2440x1220", 'u', '28.50', '19.95', 2, 380, 120, 32, 21),
    ('HOU-004', 'HOU', "Underlayment 18 mm 2440x1220", "Underlayment panel 18 mm 2440x1220", 'u', '41.75', '30.10', 2, 220, 75, 30, 21),
    ('HOU-005', 'HOU', "Douglas schuttingplank 20x195", "Douglas fence board 20x195", 'm', '4.60', '2.95', 2, 2600, 900, 2.2, 21),
    ('BES-001', 'BES', "Betontegel 30x30x4,5 grijs", "Concrete tile 30x30x4.5 grey", 'u', '1.95', '1.08', 3, 5200, 2600, 9.2, 21),
    ('BES-002', 'BES', "Klinker waalformaat rood", "Paving brick red", 'm²', '34.50', '24.00', 3, 740, 330, 130, 21),
    ('BES-003', 'BES', "Opsluitband 100x20x6", "Kerb 100x20x6", 'u', '4.25', '2.60', 3, 1600, 500, 27, 21),
    ('BES-004', 'BES', "Ophoogzand los gestort", "Filling sand bulk", 'm³', '31.00', '19.50', 3, 420, 150, 1600, 21),
    ('BES-005', 'BES', "Split basalt 8-11 mm", "Basalt chippings 8-11 mm", 'kg', '0.19', '0.11', 3, 60000, 22000, 1, 21),
    ('DAK-001', 'DAK', "EPDM-folie 1,2 mm", "EPDM membrane 1.2 mm", 'm²', '13.95', '9.10', 1, 1300, 420, 1.4, 21),
    ('DAK-002', 'DAK', "Betonpan OVH zwart", "Concrete roof tile black", 'u', '1.85', '1.12', 3, 7400, 2100, 4.4, 21),
    ('DAK-003', 'DAK', "Bitumen toplaag 4 mm rol", "Bitumen cap sheet 4 mm roll", 'u', '52.00', '36.40', 1, 180, 64, 41, 21),
    ('DAK-004', 'DAK', "Dakgoot zink 2 m", "Zinc gutter 2 m", 'u', '47.30', '33.85', 1, 96, 30, 6.8, 21),
    ('BEV-001', 'BEV', "Schroef Torx 5x60 doos 200", "Torx screw 5x60 box of 200", 'u', '13.40', '7.90', 2, 900, 340, 1.5, 21),
    ('BEV-002', 'BEV', "Keilbout M10x100 doos 25", "Anchor bolt M10x100 box of 25", 'u', '22.80', '13.70', 2, 260, 80, 2.4, 21),
    ('BEV-003', 'BEV', "Balkdrager 71x171 verzinkt", "Joist hanger 71x171 galvanised", 'u', '3.15', '1.70', 2, 1450, 620, 0.4, 21),
    ('BEV-004', 'BEV', "Plug 8 mm doos 100", "Wall plug 8 mm box of 100", 'u', '6.10', '3.05', 2, 720, 310, 0.3, 21),
    ('GER-001', 'GER', "Metseltroffel 180 mm", "Brick trowel 180 mm", 'u', '16.95', '10.20', 2, 140, 45, 0.5, 21),
    ('GER-002', 'GER', "Waterpas 120 cm", "Spirit level 120 cm", 'u', '42.50', '28.00', 2, 62, 18, 0.9, 21),
    ('GER-003', 'GER', "Diamantzaagblad 230 mm", "Diamond blade 230 mm", 'u', '64.00', '41.60', 2, 48, 0, 0.8, 21),
    ('GER-004', 'GER', "Bouwemmer 12 liter", "Builder's bucket 12 litre", 'u', '2.95', '1.40', 2, 800, 350, 0.4, 21),
    ('AFV-001', 'AFV', "PVC-buis 110 mm SN4", "PVC pipe 110 mm SN4", 'm', '6.75', '4.25', 3, 1900, 700, 1.6, 21),
    ('AFV-002', 'AFV', "PVC-bocht 110 mm 45 graden", "PVC bend 110 mm 45 degrees", 'u', '4.10', '2.15', 3, 520, 190, 0.5, 21),
    ('AFV-003', 'AFV', "Kolkput 30x30 met rooster", "Gully pot 30x30 with grating", 'u', '58.90', '39.70', 3, 54, 12, 48, 21),
    ('KIT-001', 'KIT', "Siliconenkit wit 310 ml", "Silicone sealant white 310 ml", 'u', '7.60', '4.15', 0, 1100, 420, 0.4, 21),
    ('KIT-002', 'KIT', "Muurverf wit mat 10 liter", "Wall paint matt white 10 litre", 'u', '54.95', '36.20', 0, 190, 85, 14.5, 21),
    ('KIT-003', 'KIT', "PU-schuim 750 ml", "PU foam 750 ml", 'u', '8.95', '5.35', 0, 860, 300, 0.9, 21),
    ('BOE-001', 'BOE', "Handboek metselwerk", "Bricklaying handbook", 'u', '39.90', '24.00', 0, 35, 10, 0.9, 9),
    ('BOE-002', 'BOE', "Zakboek bouwregelgeving", "Building regulations pocket book", 'u', '27.50', '16.75', 0, 60, 25, 0.4, 9),
    ]

# name, kind, price list, country, street, number, postal code, city, terms,
# credit limit, contacts
CUSTOMERS = [
    ("Bouwbedrijf Jansen B.V.", 'klant', 'AAN', 'NL', "Industrieweg", "14", "8013 PX", "Zwolle", 30, 25000, [("Petra Jansen", 'inkoop'), ("Henk de Wit", 'uitvoering')]),
    ("Aannemersbedrijf De Groot", 'klant', 'AAN', 'NL', "Havenkade", "3", "8041 BA", "Zwolle", 30, 40000, [("Sander de Groot", 'directie')]),
    ("Klussenbedrijf Van der Meer", 'klant', None, 'NL', "Kerkstraat", "88", "8265 AC", "Kampen", 14, 2500, [("Ron van der Meer", 'directie')]),
    ("Stukadoorsbedrijf Yilmaz", 'klant', 'AAN', 'NL', "Ambachtsweg", "21", "7442 CS", "Nijverdal", 14, 7500, [("Emre Yilmaz", 'directie')]),
    ("Hoveniersbedrijf Groenrijk", 'klant', 'AAN', 'NL', "Bosrand", "5", "8051 LT", "Hattem", 14, 10000, [("Anouk Groen", 'inkoop')]),
    ("Dakdekkersbedrijf Bakker & Zn", 'klant', 'AAN', 'NL', "Pannenweg", "40", "7701 TB", "Dedemsvaart", 30, 20000, [("Kees Bakker", 'directie'), ("Miranda Bakker", 'administratie')]),
    ("Woningstichting Salland Wonen", 'klant', 'AAN', 'NL', "Stationsplein", "1", "8102 JX", "Raalte", 30, None, [("Ilse Post", 'inkoop'), ("Facturen", 'administratie')]),
    ("Timmerfabriek Nieuwenhuis", 'klant', None, 'NL', "Zaagmolen", "9", "7891 XA", "Klazienaveen", 30, 15000, [("Bert Nieuwenhuis", 'directie')]),
    ("Bouwmarkt Deventer (dealer)", 'dealer', 'DEA', 'NL', "Hanzeweg", "120", "7418 AV", "Deventer", 30, 60000, [("Linda Smit", 'inkoop'), ("Tom Visser", 'filiaal')]),
    ("Handelsonderneming Twente (dealer)", 'dealer', 'DEA', 'NL', "Twentekanaal", "7", "7609 RD", "Almelo", 30, 50000, [("Gerard Nijhuis", 'inkoop')]),
    ("Bouwmaterialen Vanden Broeck BV (dealer)", 'dealer', 'DEA', 'BE', "Noorderlaan", "210", "2030", "Antwerpen", 30, 50000, [("Els Vanden Broeck", 'inkoop')]),
    ("Baustoffhandel Schmitz GmbH (dealer)", 'dealer', 'DEA', 'DE', "Industriestraße", "16", "48455", "Bad Bentheim", 30, 45000, [("Jürgen Schmitz", 'inkoop')]),
    ]

SUPPLIERS = [  # name, country, street, number, postal code, city, lead time
    ("Cementfabriek Maas N.V.", 'NL', "Kanaaldijk", "2", "6211 AB", "Maastricht", 5),
    ("Isoleer Groothandel Benelux B.V.", 'NL', "Transportweg", "55", "3542 AD", "Utrecht", 7),
    ("Houtimport Noord B.V.", 'NL', "Scheepvaartkade", "11", "9723 BG", "Groningen", 10),
    ("Kalkzandsteen en Beton Limburg B.V.", 'NL', "Groeveweg", "1", "6181 MA", "Elsloo", 4),
    ]

# The portal's demo cast.  name, kind, price list, street, number, postal code,
# city, terms, credit limit, branches (delivery addresses), contacts
CAST = [
    ("Bouwbedrijf Bakker B.V.", 'klant', 'AAN', "Marktstraat", "18", "8011 LV", "Zwolle", 30, 25000, [
            ("Vestiging Zwolle", "Marslanden", "7", "8013 RK", "Zwolle"),
            ("Vestiging Deventer", "Zutphenseweg", "31", "7418 AJ", "Deventer"),
            ("Vestiging Kampen", "Haatlandhaven", "4", "8263 AS", "Kampen"),
            ], [("Sanne Bakker", 'directie'), ("Youssef El Amrani", 'inkoop'), ("Karin Bakker", 'administratie')]),
    ("Kozijnhuis De Vries", 'dealer', 'DEA', "Glaslaan", "52", "7521 PD", "Enschede", 30, 40000, [],
        [("Dirk de Vries", 'directie')]),
    ("Els Jansen", 'particulier', None, "Lindelaan", "9", "8021 AE", "Zwolle", 14, None, [], []),
    ("Gips Industrie Noord B.V.", 'leverancier', None, "Gipsweg", "3", "9731 AA", "Groningen", 30, None, [],
        [("Mark Visser", 'verkoop')]),
    ]

# The first line that matches counts: specific before general, large
# quantities before small ones.  kind (p: product, c: category), key, from
# quantity, formula, from and to day
PRICE_LISTS = {
    'AAN': ("Aannemers", [
            ('p', 'CEM-001', 480, '5.65', None),
            ('p', 'CEM-001', 120, '6.05', None),
            ('p', 'BES-005', 10000, '0.149', None),
            ('c', 'ISO', 200, 'unit_price * 0.85', None),
            ('c', 'ISO', 50, 'unit_price * 0.90', None),
            ('c', 'GER', None, 'unit_price * 0.88', (-30, 60)),
            ('c', 'KIT', None, 'unit_price * 0.50', (-400, -300)),
            (None, None, 500, 'unit_price * 0.90', None),
            (None, None, 100, 'unit_price * 0.93', None),
            (None, None, None, 'unit_price * 0.96', None),
            ]),
    'DEA': ("Dealers", [
            ('p', 'CEM-001', 960, '4.95', None),
            ('p', 'CEM-001', 240, '5.20', None),
            ('c', 'HOU', 500, 'cost_price * 1.18', None),
            ('c', 'HOU', None, 'cost_price * 1.25', None),
            ('c', 'BOE', None, 'unit_price', None),
            (None, None, 1000, 'unit_price * 0.72', None),
            (None, None, 250, 'unit_price * 0.76', None),
            (None, None, 50, 'unit_price * 0.80', None),
            (None, None, None, 'unit_price * 0.84', None),
            ]),
    }

INVOICE_HTML = """<?xml version="1.0" encoding="UTF-8"?>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:py="http://genshi.edgewall.org/">
<head><meta charset="utf-8"/><title>Factuur</title>
<style>
@page { size: A4; margin: 20mm }
body { font-family: sans-serif; font-size: 10pt }
table { width: 100%; border-collapse: collapse; margin-top: 8mm }
th { text-align: left; border-bottom: 1px solid #000 } td { padding: 1mm 0 }
.r { text-align: right } h1 { font-size: 16pt } .s { white-space: pre-line }
</style></head>
<body>
<p><b>${record.company.party.name}</b></p>
<p class="s" py:if="record.invoice_address">${record.invoice_address.full_address}</p>
<h1>${'Creditfactuur' if record.untaxed_amount &lt; 0 else 'Factuur'} ${record.number or 'concept'}</h1>
<p>Factuurdatum: ${record.invoice_date or ''}<br/>
   Uw kenmerk: ${record.reference or ''}<br/>
   Relatienummer: ${record.party.code}</p>
<table>
  <tr><th>Omschrijving</th><th class="r">Aantal</th><th class="r">Prijs</th><th class="r">Bedrag</th></tr>
  <tr py:for="line in record.lines" py:if="line.type == 'line'">
    <td>${line.product.rec_name if line.product else line.description}</td>
    <td class="r">${line.quantity} ${line.unit.symbol if line.unit else ''}</td>
    <td class="r">${line.unit_price}</td><td class="r">${line.amount}</td>
  </tr>
</table>
<table>
  <tr><td class="r">Totaal exclusief btw</td><td class="r">${record.untaxed_amount}</td></tr>
  <tr py:for="tax in record.taxes"><td class="r">${tax.description} over ${tax.base}</td><td class="r">${tax.amount}</td></tr>
  <tr><td class="r"><b>Totaal ${record.currency.code}</b></td><td class="r"><b>${record.total_amount}</b></td></tr>
</table>
</body></html>
"""


# --------------------------------------------------------------------------
# numbers that pass the checks of the real ones, from ranges not issued

def nl_vat(serial):
    "A Dutch VAT number over a nine digit number that passes the elfproef."
    for candidate in range(1000 + serial * 20, 1000 + serial * 20 + 20):
        digits = f'{candidate:08d}'
        total = sum(int(d) * w for d, w in zip(digits, range(9, 1, -1)))
        if total % 11 < 10:
            return f'NL{digits}{total % 11}B01'
    raise ValueError(serial)


def be_vat(serial):
    base = 100000 + serial
    return f'BE0{base:07d}{97 - base % 97:02d}'


def de_vat(serial):
    digits = f'{10000000 + serial:08d}'
    check = 10
    for digit in digits:
        check = ((int(digit) + check) % 10 or 10) * 2 % 11
    return f'DE{digits}{(11 - check) % 10}'


def iban(serial):
    body = f'TEST{serial:010d}'
    numeric = ''.join(str(int(c, 36)) for c in body + 'NL00')
    return f'NL{98 - int(numeric) % 97:02d}{body}'


# --------------------------------------------------------------------------

def write_config(data_dir):
    """The server's configuration.  The path of the SQLite file must be an
    absolute one: it comes from the environment (TRYTOND_DATABASE__PATH), so
    that DATA_DIR can be moved."""
    (data_dir / 'trytond.conf').write_text(
        '[database]\nlanguage = nl\n\n'
        '[session]\n# seconds before a session must give its password again\n'
        'timeout = 3600\n\n'
        '[request]\n# seconds; a read that takes longer answers 504\n'
        'timeout = 60\n')


def create_database(data_dir, name):
    uri = os.environ.get('TRYTOND_DATABASE_URI', 'sqlite://')
    if uri.startswith('sqlite'):
        (data_dir / f'{name}.sqlite').touch()
    else:
        code = (
            "import sys\n"
            "from trytond import backend\n"
            "from trytond.transaction import Transaction\n"
            "with Transaction().start(None, 0, autocommit=True) as t:\n"
            "    if sys.argv[1] not in t.database.list():\n"
            "        t.database.create(t.connection, sys.argv[1])\n")
        subprocess.run([sys.executable, '-c', code, name], check=True)
    with tempfile.NamedTemporaryFile('w', suffix='.pw') as fp:
        fp.write(ADMIN_PASSWORD + '\n')
        fp.flush()
        subprocess.run([
                sys.executable, '-m', 'trytond.cli.admin', '-d', name,
                '-l', 'en', '-u', *MODULES, '--activate-dependencies',
                '--email', 'beheer@erp.example'],
            env={**os.environ, 'TRYTONPASSFILE': fp.name}, check=True)


class Builder:

    def __init__(self, name, today, seed, log):
        from proteus import Model, Wizard
        from proteus import config as pconfig
        import trytond.config  # noqa: F401  (reads the URI, before proteus
        # replaces it in the environment)
        self.config = pconfig.set_trytond(
            f'sqlite:///{name}', config_file=os.environ['TRYTOND_CONFIG'])
        self.config.skip_warning = True
        self.Model, self.Wizard = Model, Wizard
        self.today, self.rnd, self.log = today, random.Random(seed), log
        self.name = name

    def m(self, name):
        return self.Model.get(name)

    def ref(self, module, fs_id):
        return self.m('ir.model.data')._proxy.get_id(
            module, fs_id, self.config.context)

    def rec(self, model, module, fs_id):
        return self.m(model)(self.ref(module, fs_id))

    def day(self, offset):
        return self.today + dt.timedelta(days=offset)

    def past(self, offset):
        return min(self.day(offset), self.today)

    def street(self, address, name, number):
        """Set the structured street: not through the record, as the client's
        on_change fills "street" as well, which is read-only by then."""
        address._proxy.write([address.id], {
                'street_name': name, 'building_number': number,
                }, self.config.context)

    # -- company, accounting -------------------------------------------------

    def base(self):
        Country, Currency = self.m('country.country'), self.m('currency.currency')
        self.countries = {}
        for code, name in [
                ('NL', "Nederland"), ('BE', "België"), ('DE', "Duitsland")]:
            self.countries[code] = Country(name=name, code=code)
            self.countries[code].save()
        self.euro = Currency(
            name="Euro", symbol="€", code='EUR', numeric_code='978',
            rounding=D('0.01'), digits=2)
        self.euro.save()

        Party, User = self.m('party.party'), self.m('res.user')
        Employee = self.m('company.employee')
        self.langs = {l.code: l for l in self.m('ir.lang').find(
                [('code', 'in', ['nl', 'en', 'de'])])}
        party = Party(name="Van Dijk Bouwmaterialen B.V.", lang=self.langs['nl'])
        address, = party.addresses
        address.postal_code, address.city = "8025 AB", "Zwolle"
        address.country = self.countries['NL']
        party.identifiers.new(type='eu_vat', code=nl_vat(1))
        party.contact_mechanisms.new(type='email', value='info@vandijkbouw.example')
        party.contact_mechanisms.new(type='phone', value='+31 38 000 00 00')
        party.save()
        self.street(party.addresses[0], "Koperslagerij", "12")
        wizard = self.Wizard('company.company.config')
        wizard.execute('company')
        wizard.form.party, wizard.form.currency = party, self.euro
        wizard.form.timezone = 'Europe/Amsterdam'
        wizard.execute('add')
        self.config._context = User.get_preferences(True, {})
        self.company, = self.m('company.company').find([])
        admin, = User.find([('login', '=', ADMIN_LOGIN)])
        employee_party = Party(name="Binnendienst Van Dijk")
        employee_party.save()
        self.employee = Employee(party=employee_party, company=self.company)
        self.employee.save()
        admin.employees.append(Employee(self.employee.id))
        admin.employee = self.employee
        admin.save()
        self.config._context = User.get_preferences(True, {})

    def accounts(self):
        Type, Account = self.m('account.account.type'), self.m('account.account')

        def typ(name, statement, **flags):
            record = Type(name=name, statement=statement, company=self.company, **flags)
            record.save()
            return record

        types = {
            'bank': typ("Liquide middelen", 'balance'),
            'receivable': typ("Debiteuren", 'balance', assets=True, receivable=True),
            'payable': typ("Crediteuren", 'balance', debt=True, payable=True),
            'tax': typ("Omzetbelasting", 'balance', debt=True),
            'equity': typ("Eigen vermogen", 'balance'),
            'revenue': typ("Netto-omzet", 'income', revenue=True),
            'expense': typ("Inkoopwaarde van de omzet", 'income', expense=True),
            }

        def acc(code, name, type, **flags):
            record = Account(
                code=code, name=name, type=types[type], company=self.company,
                **flags)
            record.save()
            return record

        self.acc = {
            'equity': acc('0500', "Aandelenkapitaal", 'equity'),
            'bank': acc('1100', "Bank", 'bank'),
            'receivable': acc('1300', "Debiteuren", 'receivable', party_required=True, reconcile=True),
            'payable': acc('1600', "Crediteuren", 'payable', party_required=True, reconcile=True),
            'vat_high': acc('1510', "Af te dragen btw hoog", 'tax'),
            'vat_low': acc('1511', "Af te dragen btw laag", 'tax'),
            'vat_in': acc('1520', "Te vorderen btw", 'tax'),
            'rev_high': acc('8000', "Omzet hoog tarief", 'revenue'),
            'rev_low': acc('8010', "Omzet laag tarief", 'revenue'),
            'expense': acc('7000', "Inkoopwaarde", 'expense'),
            }
        conf = self.m('account.configuration')(1)
        conf.default_account_receivable = self.acc['receivable']
        conf.default_account_payable = self.acc['payable']
        conf.default_category_account_revenue = self.acc['rev_high']
        conf.default_category_account_expense = self.acc['expense']
        conf.tax_rounding = 'line'
        conf.save()

        FiscalYear, Strict = self.m('account.fiscalyear'), self.m('ir.sequence.strict')
        move_type = self.rec('ir.sequence.type', 'account', 'sequence_type_account_move')
        invoice_type = self.rec('ir.sequence.type', 'account_invoice', 'sequence_type_account_invoice')
        for year in (self.today.year - 1, self.today.year, self.today.year + 1):
            def seq(label, prefix, type_):
                record = Strict(
                    name=f'{label} {year}', sequence_type=type_,
                    company=self.company, prefix=prefix, padding=5)
                record.save()
                return record
            fiscalyear = FiscalYear(
                name=str(year), company=self.company,
                start_date=dt.date(year, 1, 1), end_date=dt.date(year, 12, 31))
            fiscalyear.move_sequence = seq("Boekstuk", f'B{year}-', move_type)
            invoices, = fiscalyear.invoice_sequences
            invoices.out_invoice_sequence = seq("Verkoopfactuur", f'VF{year}-', invoice_type)
            invoices.out_credit_note_sequence = seq("Creditfactuur", f'VC{year}-', invoice_type)
            invoices.in_invoice_sequence = seq("Inkoopfactuur", f'IF{year}-', invoice_type)
            invoices.in_credit_note_sequence = seq("Inkoopcredit", f'IC{year}-', invoice_type)
            fiscalyear.save()
            fiscalyear.click('create_period')

        Tax, Group = self.m('account.tax'), self.m('account.tax.group')
        groups = {}
        for code, kind in [('verkoop', 'sale'), ('inkoop', 'purchase')]:
            groups[code] = Group(name="Btw " + code, code=code, kind=kind)
            groups[code].save()

        def tax(name, rate, account, group):
            record = Tax(
                name=name, description=name, type='percentage', rate=D(rate),
                invoice_account=account, credit_note_account=account,
                group=groups[group], company=self.company)
            record.save()
            return record
        self.tax = {
            'out21': tax("Btw 21%", '0.21', self.acc['vat_high'], 'verkoop'),
            'out9': tax("Btw 9%", '0.09', self.acc['vat_low'], 'verkoop'),
            'out0': tax("Intracommunautaire levering 0%", '0', self.acc['vat_high'], 'verkoop'),
            'in21': tax("Voorbelasting 21%", '0.21', self.acc['vat_in'], 'inkoop'),
            'in9': tax("Voorbelasting 9%", '0.09', self.acc['vat_in'], 'inkoop'),
            }
        self.icl = self.m('account.tax.rule')(
            name="Intracommunautair", kind='sale', company=self.company)
        for origin in ('out21', 'out9'):
            line = self.icl.lines.new()
            line.group = groups['verkoop']
            line.origin_tax, line.tax = self.tax[origin], self.tax['out0']
        self.icl.save()

        self.terms = {}
        for days in (14, 30):
            term = self.m('account.invoice.payment_term')(name=f"{days} dagen netto")
            line = term.lines.new(type='remainder')
            line.relativedeltas.new(days=days)
            term.save()
            self.terms[days] = term

        cash, = self.m('account.journal').find([('code', '=', 'CASH')], limit=1)
        self.bank_method = self.m('account.invoice.payment.method')(
            name="Bank", company=self.company, journal=cash,
            debit_account=self.acc['bank'], credit_account=self.acc['bank'])
        self.bank_method.save()

        for module, fs_id, prefix in [
                ('sale', 'sequence_sale', 'VO-'),
                ('purchase', 'sequence_purchase', 'IO-'),
                ('stock', 'sequence_shipment_out', 'PB-'),
                ('stock', 'sequence_shipment_in', 'ON-'),
                ('stock', 'sequence_shipment_out_return', 'RT-'),
                ('sale_complaint', 'sequence_complaint', 'KL-'),
                ('sale_blanket_agreement', 'sequence_blanket_agreement', 'RO-'),
                ('sale_subscription', 'sequence_subscription', 'AB-'),
                ('party', 'sequence_party', 'R'),
                ]:
            sequence = self.rec('ir.sequence', module, fs_id)
            sequence.prefix, sequence.padding = prefix, 5
            sequence.save()

    def invoice_report(self):
        """The stock invoice layout is an OpenDocument that needs LibreOffice
        to become a PDF; an HTML layout needs WeasyPrint only."""
        try:
            import weasyprint  # noqa: F401
        except Exception as e:  # no library, or no Pango on this machine
            self.log(f'no WeasyPrint ({e.__class__.__name__}): invoices stay OpenDocument')
            return
        report = self.rec('ir.action.report', 'account_invoice', 'report_invoice')
        report.template_extension, report.extension = 'html', 'pdf'
        report.translatable = False
        report.report_content_custom = INVOICE_HTML.encode()
        report.save()

    # -- master data ---------------------------------------------------------

    def parties(self):
        Party, Category = self.m('party.party'), self.m('party.category')
        RelationType = self.m('party.relation.type')
        # the view of relations in both directions: "party.relation" itself
        # has no RPC methods
        Relation = self.m('party.relation.all')
        categories = {}
        for code, name in [
                ('klant', "Klant"), ('dealer', "Dealer"),
                ('leverancier', "Leverancier"), ('contact', "Contactpersoon"),
                ('particulier', "Particulier")]:
            categories[code] = Category(name=name)
            categories[code].save()
        employs = RelationType(name="heeft contactpersoon")
        employs.save()
        works = RelationType(name="is contactpersoon van", reverse=employs)
        works.save()
        employs.reverse = works
        employs.save()
        bank_party = Party(name="Testbank N.V.")
        bank_party.save()
        bank = self.m('bank')(party=bank_party, bic='TESTNL2A')
        bank.save()

        def account(serial, owner):
            record = self.m('bank.account')(bank=bank)
            record.owners.append(Party(owner.id))
            record.numbers.new(type='iban', number=iban(serial))
            record.save()

        def address(party, postal, city, country, name=None):
            if name is None:
                record = party.addresses[0]
            else:
                record = party.addresses.new()
                record.party_name = name
            record.postal_code, record.city = postal, city
            record.country = self.countries[country]
            return record

        self.party_categories, self.works = categories, works
        account(1, self.company.party)
        self.customers, self.suppliers = [], []
        vat = {'NL': nl_vat, 'BE': be_vat, 'DE': de_vat}
        lang = {'NL': 'nl', 'BE': 'nl', 'DE': 'de'}
        for i, (name, kind, price_list, country, street, number, postal, city,
                days, limit, contacts) in enumerate(CUSTOMERS):
            party = Party(name=name, lang=self.langs[lang[country]])
            party.categories.append(Category(categories[kind].id))
            a = address(party, postal, city, country)
            a.invoice = a.delivery = True
            site = i % 3 == 0
            if site:
                b = address(party, postal, city, country, f"Bouwplaats {city}")
                b.delivery = True
            party.identifiers.new(type='eu_vat', code=vat[country](10 + i))
            domain = f'relatie{i + 1:02d}.example'
            party.contact_mechanisms.new(type='email', value=f'info@{domain}')
            party.contact_mechanisms.new(type='phone', value=f'+31 38 000 10 {i:02d}')
            party.customer_payment_term = self.terms[days]
            if country != 'NL':
                party.customer_tax_rule = self.icl
            if limit is not None:
                party.credit_limit_amount = D(limit)
            party.save()
            self.street(party.addresses[0], street, number)
            if site:
                self.street(party.addresses[1], "Bouwplaats", str(10 + i))
            account(100 + i, party)
            for person, role in contacts:
                contact = Party(name=person, lang=party.lang)
                contact.categories.append(Category(categories['contact'].id))
                local = person.lower().replace(' ', '.').replace('ü', 'ue')
                contact.contact_mechanisms.new(
                    type='email', value=f'{local}@{domain}', name=role)
                contact.save()
                Relation(from_=contact, to=party, type=works).save()
            self.customers.append((party, kind, price_list))
        for i, (name, country, street, number, postal, city, lead) in enumerate(SUPPLIERS):
            party = Party(name=name, lang=self.langs['nl'])
            party.categories.append(Category(categories['leverancier'].id))
            a = address(party, postal, city, country)
            a.invoice = a.delivery = True
            party.identifiers.new(type='eu_vat', code=nl_vat(60 + i))
            party.contact_mechanisms.new(
                type='email', value=f'verkoop@leverancier{i + 1}.example')
            party.supplier_payment_term = self.terms[30]
            party.save()
            self.street(party.addresses[0], street, number)
            account(200 + i, party)
            self.suppliers.append((party, lead))

    def products(self):
        Uom, Category = self.m('product.uom'), self.m('product.category')
        Template, Tax = self.m('product.template'), self.m('account.tax')
        Supplier = self.m('purchase.product_supplier')
        # not by symbol, which is translated: "u" is the hour in Dutch
        self.units = {
            symbol: self.rec('product.uom', 'product', fs_id)
            for symbol, fs_id in [
                ('u', 'uom_unit'), ('m', 'uom_meter'), ('kg', 'uom_kilogram'),
                ('m²', 'uom_square_meter'), ('m³', 'uom_cubic_meter')]}
        unit, kg = self.units['u'], self.units['kg']
        for name, symbol, factor in [("Pallet à 40", 'plt40', 40), ("Doos à 12", 'ds12', 12)]:
            record = Uom(name=name, symbol=symbol, category=unit.category,
                factor=float(factor), rate=round(1. / factor, 12),
                rounding=1., digits=0)
            record.save()
            self.units[symbol] = record
        self.accounting = {}
        for rate, sale, purchase, revenue in [
                (21, 'out21', 'in21', 'rev_high'), (9, 'out9', 'in9', 'rev_low')]:
            record = Category(
                name=f"Btw {rate}%", accounting=True,
                account_revenue=self.acc[revenue],
                account_expense=self.acc['expense'])
            record.customer_taxes.append(Tax(self.tax[sale].id))
            record.supplier_taxes.append(Tax(self.tax[purchase].id))
            record.save()
            self.accounting[rate] = record
        self.categories = {}
        for code, nl, en in CATEGORIES:
            self.categories[code] = Category(name=nl, code=code)
            self.categories[code].save()
        self.prods, self.stock = [], []
        for (code, category, nl, en, symbol, price, cost, supplier, main, second,
                weight, rate) in PRODUCTS:
            template = Template(name=nl, code=code, type='goods')
            template.default_uom = self.units[symbol]
            template.salable = template.purchasable = True
            template.list_price = D(price)
            template.cost_price_method = 'fixed'
            template.account_category = self.accounting[rate]
            template.categories.append(Category(self.categories[category].id))
            template.weight, template.weight_uom = float(weight), kg
            product, = template.products
            product.cost_price = D(cost)
            product.description = (
                f"{nl}. Artikel {code} uit het assortiment van"
                " Van Dijk Bouwmaterialen.")
            template.save()
            product, = template.products
            party, lead = self.suppliers[supplier]
            relation = Supplier(
                template=template, party=party, company=self.company,
                currency=self.euro, lead_time=dt.timedelta(days=lead),
                code=f'L{supplier + 1}-{code}')
            relation.prices.new(quantity=0., unit_price=D(cost))
            relation.prices.new(
                quantity=200.,
                unit_price=(D(cost) * D('0.94')).quantize(D('0.0001')))
            relation.save()
            self.prods.append(product)
            self.stock.append((product, main, second))
        with self.config.set_context(language='en'):
            for product, row in zip(self.prods, PRODUCTS):
                template = Template(product.template.id)
                template.name = row[3]
                template.save()
            for code, _, en in CATEGORIES:
                record = Category(self.categories[code].id)
                record.name = en
                record.save()
        self.by_code = {row[0]: p for row, p in zip(PRODUCTS, self.prods)}

        def service(code, name, price):
            template = Template(name=name, code=code, type='service')
            template.default_uom, template.salable = unit, True
            template.list_price = D(price)
            template.account_category = self.accounting[21]
            template.products[0].cost_price = D(0)
            template.save()
            return template.products[0]
        self.freight = service('VRACHT', "Vrachtkosten", '45.00')
        self.rental = service('HUUR-CONT', "Huur bouwcontainer 10 m³", '135.00')
        self.service_contract = service(
            'SERVICE', "Servicecontract bouwplaatsinrichting", '95.00')
        for product, code in zip(self.prods, ['8-100', '8-101', '8-205']):
            self.m('sale.product_customer')(
                template=product.template, party=self.customers[8][0],
                code='BMD-' + code).save()
        self.images()

    def images(self):
        from PIL import Image as Pil
        from PIL import ImageDraw
        Image = self.m('product.image')
        for i, (product, row) in enumerate(zip(self.prods, PRODUCTS)):
            picture = Pil.new('RGB', (320, 240), (
                    90 + i * 37 % 150, 90 + i * 61 % 150, 90 + i * 89 % 150))
            ImageDraw.Draw(picture).text((12, 110), row[0], fill=(255, 255, 255))
            data = io.BytesIO()
            picture.save(data, 'PNG')
            Image(template=product.template, image=data.getvalue(),
                description=row[2]).save()

    def price_lists(self):
        Category, Product = self.m('product.category'), self.m('product.product')
        self.lists = {}
        for code, (name, lines) in PRICE_LISTS.items():
            record = self.m('product.price_list')(
                name=name, company=self.company, unit='product_default',
                price='list_price', tax_included=False)
            for kind, key, quantity, formula, dates in lines:
                line = record.lines.new()
                if kind == 'p':
                    line.product = Product(self.by_code[key].id)
                elif kind == 'c':
                    line.category = Category(self.categories[key].id)
                line.quantity = float(quantity) if quantity else None
                line.formula = formula
                if dates:
                    line.start_date, line.end_date = map(self.day, dates)
            record.save()
            self.lists[code] = record
        for party, kind, code in self.customers:
            if code:
                party.sale_price_list = self.lists[code]
                party.save()

    def warehouses(self):
        Location = self.m('stock.location')
        main, = Location.find([('code', '=', 'WH')])
        main.name, main.code = "Magazijn Zwolle", 'ZWO'
        main.save()

        def zone(name, code):
            record = Location(name=name, code=code, type='storage')
            record.save()
            return record
        second = Location(name="Magazijn Breda", code='BRE', type='warehouse')
        second.input_location = zone("Breda ontvangst", 'BRE-IN')
        second.output_location = zone("Breda verzending", 'BRE-UIT')
        second.storage_location = zone("Breda voorraad", 'BRE-STO')
        second.lost_found_location = main.lost_found_location
        second.save()
        for location in (second.input_location, second.output_location, second.storage_location):
            location.parent = second
            location.save()
        self.main, self.second = main, second
        for location, index in [(main.storage_location, 1), (second.storage_location, 2)]:
            inventory = self.m('stock.inventory')(location=location, date=self.day(-240))
            for row in self.stock:
                if row[index]:
                    line = inventory.lines.new(product=row[0])
                    line.quantity, line.expected_quantity = float(row[index]), 0.
            inventory.click('confirm')
        for product, quantity, _ in self.stock[::4]:
            self.m('stock.order_point')(
                type='purchase', product=product, company=self.company,
                location=main, min_quantity=round(quantity * .1),
                target_quantity=round(quantity * .5) or 10.).save()
        # without a lead time the ERP ignores the shipping date of an order
        lead = self.m('product.configuration')(1)
        lead.default_lead_time = dt.timedelta(0)
        lead.save()
        configuration = self.m('sale.configuration')(1)
        configuration.sale_shipment_cost_method = None
        configuration.save()
        self.carriers = []
        for name in ("Eigen transport Van Dijk", "Vrachtdienst Oost B.V."):
            party = self.m('party.party')(name=name)
            party.save()
            carrier = self.m('carrier')(party=party, carrier_product=self.freight)
            carrier.save()
            self.carriers.append(carrier)
        self.pallet = self.m('stock.package.type')(name="Europallet")
        self.pallet.save()

    def users(self):
        User, Group = self.m('res.user'), self.m('res.group')
        Employee, Company = self.m('company.employee'), self.m('company.company')

        def user(name, login, password, groups):
            record = User(name=name, login=login, password=password)
            record.companies.append(Company(self.company.id))
            record.company = self.company
            record.employees.append(Employee(self.employee.id))
            record.employee = self.employee
            record.language = self.langs['en']
            for module, fs_id in groups:
                record.groups.append(Group(self.ref(module, fs_id)))
            record.save()
            return record
        self.user = user("Koppeling Portiek", USER_LOGIN, USER_PASSWORD, [
                ('sale', 'group_sale'),
                ('purchase', 'group_purchase'),
                ('stock', 'group_stock'),
                ('account', 'group_account'),
                ('party', 'group_party_admin'),
                ('bank', 'group_bank_admin'),
                ('quality', 'group_quality'),
                ('account_payment', 'group_payment'),
                ('sale_blanket_agreement', 'group_sale_blanket_agreement'),
                ('purchase_blanket_agreement', 'group_purchase_blanket_agreement'),
                ('document_incoming', 'group_document_incoming'),
                ])
        user("Alleen lezen", LIMITED_LOGIN, LIMITED_PASSWORD, [])
        for key in (APPLICATION_KEY, CANCELLED_KEY):
            application = self.m('res.user.application')(
                user=self.user, application='rest', key=key)
            application.save()
            if key == CANCELLED_KEY:
                application.click('cancel')

    # -- transactions --------------------------------------------------------

    def lines_for(self, kind):
        count = self.rnd.choice([1, 2, 2, 3, 3, 4, 5])
        for index in self.rnd.sample(range(len(self.prods)), count):
            product, stock = self.prods[index], PRODUCTS[index][8]
            ceiling = max(2, min(stock // 25, 120 if kind == 'klant' else 260))
            quantity = float(self.rnd.randint(1, ceiling))
            if stock >= 30:
                yield product, quantity

    def new_sale(self, i, offset, method):
        party, kind, _ = self.customers[i % len(self.customers)]
        sale = self.m('sale.sale')()
        sale.party, sale.company = party, self.company
        sale.sale_date = self.day(offset)
        sale.warehouse = self.main
        sale.invoice_method = method
        sale.reference = f'INK-{self.today.year}-{1000 + i}'
        sale.description = f'Bestelling {i + 1}'
        for product, quantity in list(self.lines_for(kind)) or [(self.prods[0], 10.)]:
            line = sale.lines.new()
            line.product, line.quantity = product, quantity
        if i % 7 == 3:
            sale.lines[0].discount_rate = D('0.05')
        if i % 9 == 4:
            sale.lines.new(type='comment').description = "Graag bellen voor levering."
        sale.save()
        return sale

    def ship(self, sale, offset, fraction=None):
        Shipment = self.m('stock.shipment.out')
        sale.reload()
        for shipment in sale.shipments:
            if shipment.state not in ('draft', 'waiting'):
                continue
            shipment = Shipment(shipment.id)
            shipment.effective_date = self.past(offset)
            shipment.save()
            if shipment.state == 'draft':
                shipment.click('wait')
            if fraction:
                for move in shipment.inventory_moves:
                    move.quantity = max(1., float(int(move.quantity * fraction)))
                shipment.save()
            shipment.click('assign_try')
            if shipment.state != 'assigned':
                shipment.click('assign_force')
            shipment.click('pick')
            if self.rnd.random() < .4:
                self.pack(shipment)
            shipment.click('pack')
            shipment.click('do')
        sale.reload()

    def pack(self, shipment):
        Move = self.m('stock.move')
        package = self.m('stock.package')(type=self.pallet, company=self.company)
        package.shipment = shipment
        package.save()
        for move in shipment.outgoing_moves:
            package.moves.append(Move(move.id))
        package.save()
        shipment.reload()

    def post(self, sale, offset):
        sale.reload()
        posted = []
        for invoice in sale.invoices:
            if invoice.state == 'draft':
                invoice = self.m('account.invoice')(invoice.id)
                invoice.invoice_date = self.past(offset)
                invoice.click('post')
                posted.append(invoice)
        return posted

    def pay(self, invoice, offset, fraction=None):
        pay = invoice.click('pay')
        if fraction:
            pay.form.amount = (pay.form.amount * D(fraction)).quantize(D('0.01'))
        pay.form.payment_method = self.bank_method
        pay.form.date = self.past(offset)
        pay.execute('choice')
        if pay.state != 'end':
            pay.form.type = 'partial'
            pay.execute('pay')
        invoice.reload()

    def confirm(self, sale):
        sale.click('quote')
        sale.click('confirm')

    def confirm_only(self, sale):
        """Confirm and leave the processing to a worker that never comes, as
        a busy ERP does."""
        import trytond.config as config
        from trytond.transaction import Transaction
        config.set('queue', 'worker', 'True')
        try:
            self.confirm(sale)
        finally:
            config.set('queue', 'worker', 'False')
        with Transaction().start(self.name, 0) as transaction:
            Queue = self.config.pool.get('ir.queue')
            Queue.delete(Queue.search([]))
            transaction.commit()

    def sales(self):
        self.sale_records = {}
        # per state: how many, and how many days ago the first one was
        plan = (
            [('done', -200 + 5 * n) for n in range(20)]
            + [('paid_partly', -60 + 4 * n) for n in range(5)]
            + [('overdue', -75 + 3 * n) for n in range(5)]
            + [('shipped', -20 + n) for n in range(6)]
            + [('shipped_partly', -16 + n) for n in range(6)]
            + [('processing', -8 + n) for n in range(6)]
            + [('confirmed', -1) for n in range(4)]
            + [('quotation', -6 + n) for n in range(4)]
            + [('draft', 0) for n in range(3)]
            + [('cancelled', -30)])
        to_post = []
        for i, (state, offset) in enumerate(plan):
            method = 'fulfillment' if state.startswith('shipped') else 'order'
            sale = self.new_sale(i, offset, method)
            self.sale_records.setdefault(state, []).append(sale)
            if state == 'draft':
                continue
            if state in ('quotation', 'cancelled'):
                sale.click('quote')
                if state == 'cancelled':
                    sale.click('cancel')
                continue
            if state == 'confirmed':
                self.confirm_only(sale)
                continue
            self.confirm(sale)
            if state == 'processing':
                continue
            self.ship(sale, offset + 2, .5 if state == 'shipped_partly' else None)
            if state != 'shipped_partly' or i % 2:
                to_post.append((offset + 3, i, state, sale))
        # the numbers of the invoices follow their dates
        for offset, _, state, sale in sorted(to_post, key=lambda p: p[:2]):
            invoices = self.post(sale, offset)
            if state in ('done', 'paid_partly'):
                for invoice in invoices:
                    self.pay(invoice, offset + 17, None if state == 'done' else '0.4')
            sale.reload()
        sale = self.new_sale(len(plan), -3, 'order')
        sale.carrier, sale.shipment_cost_method = self.carriers[1], 'order'
        sale.save()
        self.confirm(sale)

    def complaints(self):
        Complaint = self.m('sale.complaint')
        types = {}
        for name, model in [
                ("Verkeerd of beschadigd geleverd", 'sale.sale'),
                ("Regel retour", 'sale.line'),
                ("Factuur onjuist", 'account.invoice')]:
            record = self.m('sale.complaint.type')(name=name)
            record.origin, = self.m('ir.model').find([('name', '=', model)])
            record.save()
            types[model] = record

        def complaint(offset, party, origin, reference, description):
            record = Complaint(company=self.company, date=self.day(offset))
            record.customer = party
            record.type = types[origin.__class__.__name__]
            record.origin = origin
            record.reference, record.description = reference, description
            return record
        done, overdue = self.sale_records['done'], self.sale_records['overdue']
        # a line returned: the return is made and received
        record = complaint(-50, done[15].party, done[15].lines[0],
            'RMA-1001', "Twee stuks beschadigd.")
        action = record.actions.new()
        action.action = 'sale_return'
        action.quantity = min(2., done[15].lines[0].quantity)
        record.save()
        record.click('wait')
        record.click('approve')
        record.reload()
        return_sale = record.actions[0].result
        return_sale.click('quote')
        return_sale.click('confirm')
        return_sale.reload()
        for shipment in return_sale.shipment_returns:
            shipment.click('receive')
            shipment.click('do')
        # one that waits for a decision, and a draft
        record = complaint(-12, overdue[0].party, overdue[0].invoices[0],
            'RMA-1002', "Prijsafspraak niet verwerkt.")
        record.actions.new().action = 'credit_note'
        record.save()
        record.click('wait')
        complaint(-1, done[17].party, done[17],
            'RMA-1003', "Verkeerde kleur geleverd.").save()

    def contracts(self):
        for index, (state, lines) in enumerate([
                ('running', [(0, 2000, '5.10'), (1, 1500, '4.05')]),
                ('running', [(15, 4000, '1.49')]),
                ('draft', [(20, 600, '11.20')])]):
            agreement = self.m('sale.blanket_agreement')(
                company=self.company, customer=self.customers[8 + index][0],
                from_date=self.day(-40), to_date=self.day(320),
                reference=f'RAAM-{index + 1}')
            agreement.currency = self.euro
            for product, quantity, price in lines:
                line = agreement.lines.new()
                line.product = self.prods[product]
                line.quantity = float(quantity)
                line.unit = self.prods[product].default_uom
                line.unit_price = D(price)
            agreement.save()
            if state == 'running':
                agreement.click('run')
            if index == 0:
                wizard = agreement.click('create_sale')
                wizard.execute('create_sale')
                agreement.reload()
                sale, = self.m('sale.sale').find([
                        ('lines.blanket_agreement_line', 'in',
                            [l.id for l in agreement.lines])])
                for line in sale.lines:
                    line.quantity = 240.
                sale.sale_date, sale.warehouse = self.day(-10), self.main
                sale.save()
                self.confirm(sale)
        monthly = self.m('sale.subscription.recurrence.rule.set')(name="Maandelijks")
        rule, = monthly.rules
        rule.freq, rule.interval = 'monthly', 1
        monthly.save()
        for index, (product, quantity) in enumerate([(self.rental, 3.), (self.service_contract, 1.)]):
            service = self.m('sale.subscription.service')(
                product=product, consumption_recurrence=monthly)
            service.save()
            subscription = self.m('sale.subscription')(company=self.company)
            subscription.party = self.customers[index][0]
            subscription.currency = self.euro
            subscription.start_date = self.day(-90).replace(day=1)
            subscription.end_date = self.day(275)
            subscription.invoice_start_date = subscription.start_date
            subscription.invoice_recurrence = monthly
            subscription.reference = f'CONTRACT-{index + 1}'
            line = subscription.lines.new()
            line.service, line.quantity = service, quantity
            subscription.save()
            subscription.click('quote')
            subscription.click('run')

    def new_purchase(self, supplier, offset, lines, method='order'):
        purchase = self.m('purchase.purchase')(company=self.company)
        purchase.party = self.suppliers[supplier][0]
        purchase.purchase_date = self.day(offset)
        purchase.warehouse = self.main
        purchase.invoice_method = method
        for product, quantity in lines:
            line = purchase.lines.new()
            line.product, line.quantity = product, quantity
        return purchase

    def receipt(self, purchase, day, fraction=1):
        Move = self.m('stock.move')
        shipment = self.m('stock.shipment.in')(
            company=self.company, supplier=purchase.party, warehouse=self.main)
        shipment.effective_date = day
        for move in purchase.moves:
            incoming = Move(move.id)
            shipment.incoming_moves.append(incoming)
            if fraction != 1:
                incoming.quantity = float(max(1, int(incoming.quantity * fraction)))
        shipment.reference = f'PAKBON-{1000 + purchase.id}'
        shipment.save()
        return shipment

    def purchases(self):
        plan = (
            [('done', -100 + 15 * n) for n in range(4)]
            + [('received_partly', -20 + 3 * n) for n in range(3)]
            + [('late', -25 + 2 * n) for n in range(2)]
            + [('processing', -6 + n) for n in range(5)]
            + [('quotation', -1), ('quotation', -1), ('draft', 0), ('draft', 0),
                ('cancelled', -40)])
        for i, (state, offset) in enumerate(plan):
            supplier = i % len(self.suppliers)
            lead = self.suppliers[supplier][1]
            own = [n for n, row in enumerate(PRODUCTS) if row[7] == supplier]
            purchase = self.new_purchase(
                supplier, offset,
                [(self.prods[index], float(self.rnd.randint(20, 250)))
                    for index in self.rnd.sample(own, self.rnd.randint(1, 3))],
                'fulfillment' if i % 2 else 'order')
            purchase.description = f'Aanvulling {i + 1}'
            if state == 'processing' and i % 2:
                # a date asked for by the buyer instead of the lead time's
                line = purchase.lines[0]
                line.delivery_date_edit = True
                line.delivery_date = self.day(14)
            purchase.save()
            if state == 'draft':
                continue
            purchase.click('quote')
            if state == 'quotation':
                continue
            if state == 'cancelled':
                purchase.click('cancel')
                continue
            purchase.click('confirm')
            purchase.reload()
            if state in ('processing', 'late'):
                continue
            shipment = self.receipt(
                purchase, self.past(offset + lead),
                .5 if state == 'received_partly' else 1)
            shipment.click('receive')
            shipment.click('do')
            purchase.reload()
            if state == 'done':
                for invoice in purchase.invoices:
                    invoice = self.m('account.invoice')(invoice.id)
                    invoice.invoice_date = self.past(offset + lead + 2)
                    invoice.reference = f'F{self.today.year}{100 + i}'
                    invoice.click('post')
                    if i % 2 == 0:
                        self.pay(invoice, offset + 40)
        agreement = self.m('purchase.blanket_agreement')(
            company=self.company, supplier=self.suppliers[0][0],
            from_date=self.day(-60), to_date=self.day(300), reference='INK-RAAM-1')
        agreement.currency = self.euro
        line = agreement.lines.new()
        line.product, line.quantity = self.prods[0], 5000.
        line.unit, line.unit_price = self.prods[0].default_uom, D('3.85')
        agreement.save()
        agreement.click('run')

    def quality(self):
        """A control on the receipt of cement, one receipt that passes and one
        that fails (with an alert)."""
        control = self.m('quality.control')(name="Ingangscontrole cement")
        control.operations = ['stock.shipment.in:receive']
        control.product = self.prods[0]
        control.company = self.company
        point = control.points.new()
        point.string, point.name = "Vochtgehalte (%)", 'vochtgehalte'
        point.type_ = 'float'
        point.tolerance_lower, point.tolerance_upper = 0, 2
        control.save()
        for value in (0.8, 4.5):
            purchase = self.new_purchase(0, -5, [(self.prods[0], 96.)])
            self.confirm(purchase)
            purchase.reload()
            shipment = self.receipt(purchase, self.today)
            inspect = shipment.click('receive')
            inspect.form.points = {'vochtgehalte': value}
            inspect.execute('save')
            shipment.reload()
            if value < 2:
                if shipment.state == 'draft':
                    shipment.click('receive')
                shipment.click('do')
            else:
                failed, = self.m('quality.inspection').find([('state', '=', 'failed')])
                alert, = failed.alerts
                alert.title = "Cement te vochtig"
                alert.save()

    # -- the portal's demo cast ----------------------------------------------

    def cast(self):
        """The companies and people of the portal's demo, and what Bouwbedrijf
        Bakker ordered before there was a portal.  Last, so that the numbers of
        all the rest do not depend on it."""
        Party, Category = self.m('party.party'), self.m('party.category')
        Relation = self.m('party.relation.all')
        kinds = self.party_categories
        self.cast_parties = {}
        for i, (name, kind, price_list, street, number, postal, city, days, limit,
                branches, contacts) in enumerate(CAST):
            domain = name.lower().replace(' b.v.', '').replace(' ', '') + '.example'
            party = Party(name=name, lang=self.langs['nl'])
            party.categories.append(Category(kinds[kind].id))
            a = party.addresses[0]
            a.postal_code, a.city, a.country = postal, city, self.countries['NL']
            a.invoice, a.delivery = True, not branches
            for branch, _, _, branch_postal, branch_city in branches:
                b = party.addresses.new()
                b.party_name, b.postal_code, b.city = branch, branch_postal, branch_city
                b.country, b.delivery = self.countries['NL'], True
            if kind != 'particulier':
                party.identifiers.new(type='eu_vat', code=nl_vat(80 + i))
                party.contact_mechanisms.new(type='email', value=f'info@{domain}')
            else:
                party.contact_mechanisms.new(type='email', value='els.jansen@post.example')
            party.contact_mechanisms.new(type='phone', value=f'+31 38 000 20 {i:02d}')
            if kind == 'leverancier':
                party.supplier_payment_term = self.terms[days]
            else:
                party.customer_payment_term = self.terms[days]
            if limit is not None:
                party.credit_limit_amount = D(limit)
            if price_list:
                party.sale_price_list = self.lists[price_list]
            party.save()
            self.street(party.addresses[0], street, number)
            for b, row in zip(party.addresses[1:], branches):
                self.street(b, row[1], row[2])
            for person, role in contacts:
                contact = Party(name=person, lang=self.langs['nl'])
                contact.categories.append(Category(kinds['contact'].id))
                local = person.lower().replace(' ', '.')
                contact.contact_mechanisms.new(
                    type='email', value=f'{local}@{domain}', name=role)
                contact.save()
                Relation(from_=contact, to=party, type=self.works).save()
            self.cast_parties[name] = party
        bakker = self.cast_parties["Bouwbedrijf Bakker B.V."]
        # invoices not before those posted so far: their numbers follow the dates
        for n, (offset, state, lines) in enumerate([
                (-16, 'done', [('CEM-001', 120.), ('CEM-002', 60.)]),
                (-12, 'invoiced', [('ISO-001', 54.), ('BEV-001', 10.)]),
                (-7, 'shipped_partly', [('HOU-001', 180.), ('HOU-003', 24.)]),
                (-2, 'processing', [('KIT-001', 24.), ('KIT-003', 12.)])]):
            sale = self.m('sale.sale')()
            sale.party, sale.company = bakker, self.company
            sale.sale_date, sale.warehouse = self.day(offset), self.main
            sale.reference, sale.description = f'BAKKER-{301 + n}', "Per telefoon besteld"
            sale.invoice_method = 'order' if state in ('done', 'invoiced') else 'fulfillment'
            for code, quantity in lines:
                line = sale.lines.new()
                line.product, line.quantity = self.by_code[code], quantity
            sale.save()
            self.confirm(sale)
            if state == 'processing':
                continue
            self.ship(sale, offset + 2, .5 if state == 'shipped_partly' else None)
            if state != 'shipped_partly':
                for invoice in self.post(sale, -6 + n):
                    if state == 'done':
                        self.pay(invoice, -1)

    # -- bulk ----------------------------------------------------------------

    def bulk(self, products, parties):
        from trytond.transaction import Transaction
        pool = self.config.pool
        with Transaction().start(
                self.name, self.config.user,
                context=self.config.context) as transaction:
            # by the dozen or so: on SQLite the check of the unique codes nests
            # one condition per product, and its parser has a stack of 100
            for start in range(0, products, 25):
                pool.get('product.template').create([{
                            'name': f"Bulkartikel {n:06d}",
                            'code': f'BULK-{n:06d}', 'type': 'goods',
                            'default_uom': self.units['u'].id,
                            'sale_uom': self.units['u'].id, 'salable': True,
                            'list_price': D(n % 9000 + 100) / 100,
                            'account_category': self.accounting[21].id,
                            'products': [('create', [{}])],
                            } for n in range(start, min(start + 25, products))])
            for start in range(0, parties, 100):
                pool.get('party.party').create([{
                            'name': f"Bulkrelatie {n:06d}",
                            'addresses': [('create', [{
                                            'street_name': "Bulkweg",
                                            'building_number': str(n),
                                            'postal_code': '1000 AA',
                                            'city': "Nergens"}])],
                            } for n in range(start, min(start + 100, parties))])
            transaction.commit()


STEPS = [
    'base', 'accounts', 'invoice_report', 'parties', 'products',
    'price_lists', 'warehouses', 'users', 'sales', 'complaints', 'contracts',
    'purchases', 'quality', 'cast']


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('data_dir', type=Path)
    parser.add_argument('--database', default='erp')
    parser.add_argument('--seed', type=int, default=20)
    parser.add_argument('--today', type=dt.date.fromisoformat, default=dt.date.today(),
        help="base of all dates; only the day itself or earlier makes sense")
    parser.add_argument('--extra-products', type=int, default=0)
    parser.add_argument('--extra-parties', type=int, default=0)
    args = parser.parse_args()
    started = time.monotonic()

    def log(message):
        print(f'[{time.monotonic() - started:6.1f} s] {message}', flush=True)

    args.data_dir.mkdir(parents=True, exist_ok=True)
    os.chdir(args.data_dir)
    here = Path.cwd()
    write_config(here)
    os.environ['TRYTOND_CONFIG'] = str(here / 'trytond.conf')
    os.environ['TRYTOND_DATABASE__PATH'] = str(here)
    log('creating the database and activating the modules')
    create_database(here, args.database)
    builder = Builder(args.database, args.today, args.seed, log)
    for step in STEPS:
        log(step)
        getattr(builder, step)()
    if args.extra_products or args.extra_parties:
        log('bulk')
        builder.bulk(args.extra_products, args.extra_parties)
    Path('credentials.json').write_text(json.dumps({
                'database': args.database,
                'admin': {'login': ADMIN_LOGIN, 'password': ADMIN_PASSWORD},
                'integration': {'login': USER_LOGIN, 'password': USER_PASSWORD},
                'limited': {'login': LIMITED_LOGIN, 'password': LIMITED_PASSWORD},
                'application_key': APPLICATION_KEY,
                'application_key_cancelled': CANCELLED_KEY,
                'today': args.today.isoformat(),
                }, indent=2) + '\n')
    log('done')


if __name__ == '__main__':
    main()
