"""What LibreOffice is told when it makes the PDF of a document."""

import uno
from com.sun.star.beans import PropertyValue

SLIDES = "impress_pdf_Export"
EXPORTS = {
    "com.sun.star.text.GenericTextDocument": "writer_pdf_Export",
    "com.sun.star.sheet.SpreadsheetDocument": "calc_pdf_Export",
    "com.sun.star.presentation.PresentationDocument": SLIDES,
    "com.sun.star.drawing.DrawingDocument": "draw_pdf_Export",
}
OPTIONS = {
    "ExportFormFields": False,
    "ExportBookmarks": False,
    "UseTaggedPDF": False,
    # A JPEG goes into the PDF as it is: to decode, shrink and encode it again takes a third of a second for each photograph.
    "ReduceImageResolution": False,
}


def export(document, path, max_pages):
    """Writes the first pages of the document; how many there are in all."""
    name = next(name for service, name in EXPORTS.items() if document.supportsService(service))
    numbers, options = numbers_of_slides(document) if name == SLIDES else (numbers_of_pages(document), {})
    if len(numbers) > max_pages:
        options = {**options, "PageRange": f"1-{numbers[max_pages - 1]}"}
    data = uno.Any("[]com.sun.star.beans.PropertyValue", properties(**OPTIONS, **options))
    document.storeToURL(uno.systemPathToFileUrl(path), properties(FilterName=name, FilterData=data))
    return len(numbers)


def numbers_of_pages(document):
    return range(1, document.getRendererCount(document, ()) + 1)


def numbers_of_slides(document):
    """Of those that are shown, and how they are asked for: a range of pages counts hidden ones too. Where all are hidden, of all."""
    slides = document.getDrawPages()
    numbers = range(1, slides.getCount() + 1)
    shown = [number for number in numbers if slides.getByIndex(number - 1).Visible]
    return (shown, {}) if shown else (numbers, {"ExportHiddenSlides": True})


def properties(**values):
    return tuple(PropertyValue(Name=name, Value=value) for name, value in values.items())
