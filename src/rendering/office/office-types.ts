const openXml = 'application/vnd.openxmlformats-officedocument';
const openDocument = 'application/vnd.oasis.opendocument';
const macros = 'macroenabled.12';

/** What LibreOffice is asked to draw, and what people call it. */
const names = new Map([
  ['application/msword', 'Word document'],
  [`${openXml}.wordprocessingml.document`, 'Word document'],
  [`${openXml}.wordprocessingml.template`, 'Word document'],
  [`application/vnd.ms-word.document.${macros}`, 'Word document'],
  [`application/vnd.ms-word.template.${macros}`, 'Word document'],
  ['application/vnd.ms-excel', 'Excel workbook'],
  [`${openXml}.spreadsheetml.sheet`, 'Excel workbook'],
  [`${openXml}.spreadsheetml.template`, 'Excel workbook'],
  [`application/vnd.ms-excel.sheet.${macros}`, 'Excel workbook'],
  [`application/vnd.ms-excel.template.${macros}`, 'Excel workbook'],
  [`application/vnd.ms-excel.sheet.binary.${macros}`, 'Excel workbook'],
  ['application/vnd.ms-powerpoint', 'PowerPoint presentation'],
  [`${openXml}.presentationml.presentation`, 'PowerPoint presentation'],
  [`${openXml}.presentationml.slideshow`, 'PowerPoint presentation'],
  [`${openXml}.presentationml.template`, 'PowerPoint presentation'],
  [`application/vnd.ms-powerpoint.presentation.${macros}`, 'PowerPoint presentation'],
  [`application/vnd.ms-powerpoint.slideshow.${macros}`, 'PowerPoint presentation'],
  [`application/vnd.ms-powerpoint.template.${macros}`, 'PowerPoint presentation'],
  [`${openDocument}.text`, 'OpenDocument text'],
  [`${openDocument}.text-template`, 'OpenDocument text'],
  [`${openDocument}.spreadsheet`, 'OpenDocument spreadsheet'],
  [`${openDocument}.spreadsheet-template`, 'OpenDocument spreadsheet'],
  [`${openDocument}.presentation`, 'OpenDocument presentation'],
  [`${openDocument}.presentation-template`, 'OpenDocument presentation'],
  [`${openDocument}.graphics`, 'OpenDocument drawing'],
  [`${openDocument}.graphics-template`, 'OpenDocument drawing'],
  ['application/rtf', 'RTF document'],
  ['text/rtf', 'RTF document'],
]);

export const officeTypes: readonly string[] = [...names.keys()];

const texts = new Set(['Word document', 'OpenDocument text', 'RTF document']);

/** Not slides, a workbook or a drawing. */
export function isText(contentType: string): boolean {
  return texts.has(officeName(contentType));
}

export function officeName(contentType: string): string {
  return names.get(contentType) ?? 'document';
}
