"""What a page does not show is not in its copy, or the pages are drawn; what cannot go is said."""

import io

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name, Stream

from tests.evidence import samples
from tests.evidence.test_clean import noted
from tests.evidence.test_office import SHEET, SLIDE

W, R = samples.WORD, samples.RELATION[:-1]
SECRET = samples.SECRET.encode()


def word(body, **more):
    text = f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>'
    copy, notes = noted("docx", samples.office(**{"word/document.xml": text, **more}))
    return samples.unzipped(copy)["word/document.xml"], notes


def run(words, looks=""):
    return f"<w:r><w:rPr>{looks}</w:rPr><w:t>{words}</w:t></w:r>"


def test_words_hidden_by_their_style_go_too():
    styles = f'<w:styles xmlns:w="{W}"><w:style w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
    styles += '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'
    links = samples.relations(f'Type="{R}/styles" Target="styles.xml"')
    parts = {"word/styles.xml": styles, "word/_rels/document.xml.rels": links}
    body, notes = word(run("seen") + run(samples.SECRET, '<w:rStyle w:val="B"/>'), **parts)
    assert b"seen" in body and SECRET not in body and notes == {"hidden_words": 1}


def test_the_words_that_a_field_shows_stay_and_a_page_number_goes_on_counting():
    def field(code, shows):
        mark = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'.format
        inside = f"<w:r><w:instrText>{code}</w:instrText></w:r>{mark('separate')}{run(shows)}"
        return mark("begin") + inside + mark("end")

    body, notes = word(f"<w:p>{field(' FILENAME ', 'list.docx')}{field(' PAGE ', '3')}</w:p>")
    assert b"list.docx" in body and b"FILENAME" not in body and b" PAGE " in body and notes == {"fields": 1}


def test_a_name_in_a_path_goes_from_the_words_and_white_letters_are_said():
    body, notes = word(run(r"C:\Users\amina.example\list.xlsx") + run("faint", '<w:color w:val="FFFFFF"/>'))
    assert b"amina" not in body and b"list.xlsx" in body and notes == {"paths": 1, "pale_words": 1}


def test_a_table_keeps_what_its_cells_show_and_no_formula_hidden_row_column_or_name():
    book = f'<workbook xmlns="{SHEET}" xmlns:r="{R}"><sheets><sheet name="A" sheetId="1" r:id="r0"/></sheets>'
    book += f"<definedNames><definedName name='who'>\"{samples.SECRET}\"</definedName></definedNames></workbook>"
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c>'
    rows += '<c r="C1"><f>WEBSERVICE("x")</f><v>72</v></c></row>'
    rows += '<row r="2" hidden="1"><c r="A2" t="s"><v>1</v></c></row>'
    columns = '<cols><col min="2" max="2" hidden="1"/></cols>'
    sheet = f'<worksheet xmlns="{SHEET}">{columns}<sheetData>{rows}</sheetData></worksheet>'
    strings = f'<sst xmlns="{SHEET}"><si><t>hours</t></si><si><t>{samples.SECRET}</t></si></sst>'
    links = samples.relations(
        f'Type="{R}/worksheet" Target="worksheets/sheet1.xml"', f'Type="{R}/sharedStrings" Target="sharedStrings.xml"'
    )
    parts = {"xl/workbook.xml": book, "xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": strings}
    copy, notes = noted("xlsx", samples.office("xlsx", **parts, **{"xl/_rels/workbook.xml.rels": links}))
    inside = b"".join(samples.unzipped(copy).values())
    assert b"hours" in inside and b">72<" in inside and SECRET not in inside and b"WEBSERVICE" not in inside
    assert notes == {"hidden_rows": 1, "hidden_columns": 1, "formulas": 1, "names": 1}


def test_a_presentation_loses_its_hidden_slides():
    slides = {f"ppt/slides/slide{n}.xml": f'<sld xmlns="{SLIDE}" show="{n}"><cSld/></sld>' for n in (0, 1)}
    copy, notes = noted("pptx", samples.office("pptx", **slides))
    assert [name for name in samples.unzipped(copy) if "slide" in name] == ["ppt/slides/slide1.xml"]
    assert notes == {"hidden_slides": 1}


# PDFs


def pdf(content, **resources):
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(300, 200))
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        made.pages[0].obj.Resources = Dictionary(Font=Dictionary(F=font), **resources)
        made.pages[0].obj.Contents = Stream(made, content)
        out = io.BytesIO()
        made.save(out)
    return out.getvalue()


WORDS = b"BT /F 18 Tf 40 100 Td (Amina Example) Tj ET "


@pytest.mark.parametrize(
    "content",
    [WORDS + b"0 g 30 90 200 30 re f", b"1 g " + WORDS, b"BI /W 1 /H 1 /BPC 8 /CS /G /F /DCT ID x EI " + WORDS],
)
def test_where_words_may_lie_under_something_the_pages_are_drawn_as_pictures(content):
    copy, notes = noted("pdf", pdf(content))
    assert notes == {"as_pictures": 1}
    assert b"Amina" not in samples.plain_pdf(copy) and b"/Image" in samples.plain_pdf(copy)


def test_a_layer_that_is_switched_off_is_not_in_the_copy():
    with pikepdf.open(io.BytesIO(pdf(b"/OC /L BDC " + WORDS + b"EMC"))) as made:
        layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=samples.SECRET))
        made.pages[0].Resources.Properties = Dictionary(L=layer)
        made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        out = io.BytesIO()
        made.save(out)
    copy, notes = noted("pdf", out.getvalue())
    assert notes == {"as_pictures": 1} and b"Amina" not in samples.plain_pdf(copy)


def test_words_that_leave_no_mark_and_marks_that_carry_words_go():
    marked = b"/Span <</ActualText (Amina Example)>> BDC BT /F 9 Tf (seen) Tj 3 Tr (Amina Example) Tj ET EMC % Amina\n"
    copy, notes = noted("pdf", pdf(marked))
    assert b"(seen)" in samples.plain_pdf(copy) and b"Amina" not in samples.plain_pdf(copy)
    assert notes == {"hidden_words": 1}


def test_names_below_the_page_go_and_the_page_still_shows_its_form():
    with pikepdf.open(io.BytesIO(pdf(b"/X Do"))) as made:
        form = Stream(made, b"0 0 10 10 re f", Subtype=Name.Form, BBox=[0, 0, 10, 10], Type=Name.XObject)
        form["/PTEX.FileName"], form["/Anything"] = "/home/amina/x.pdf", Dictionary(Deep=Array([samples.SECRET]))
        made.pages[0].Resources.XObject = Dictionary(X=form)
        out = io.BytesIO()
        made.save(out)
    copy = samples.plain_pdf(noted("pdf", out.getvalue())[0])
    assert b"10 10 re" in copy and b"amina" not in copy.lower()
