import { join } from 'node:path';
import type { Conversion } from './converted/conversion.js';
import { ConvertedFiles } from './converted/converted-files.js';
import { createConvertedRenderer } from './converted/converted-renderer.js';
import { createImageRenderers } from './image/image-renderer.js';
import { createSvgRenderer } from './image/svg-renderer.js';
import { openMediaRenderer } from './media/media-renderer.js';
import { missingOffice, openOfficeConversion } from './office/office-conversion.js';
import { createPdfRenderer } from './pdf/pdf-renderer.js';
import type { Renderer } from './renderer.js';
import type { RenderingSettings } from './settings.js';
import { createTypesetConversion } from './typeset/typeset-conversion.js';

/**
 * Everything that can draw, each naming the content types it draws. A renderer for a further type is added here; what can become a
 * PDF needs no more than a conversion. `directory` holds converted/ and office/, which may be lost.
 */
export async function openRenderers(settings: RenderingSettings, directory: string): Promise<Renderer[]> {
  const pdf = createPdfRenderer(settings.pdf);
  const files = await ConvertedFiles.open(join(directory, 'converted'), settings.converted);
  const viaPdf = (conversion: Conversion) => createConvertedRenderer(conversion, pdf, files);
  const office = await openOfficeConversion(settings.office, join(directory, 'office'));
  return [
    ...createImageRenderers(settings.image),
    createSvgRenderer(settings.image),
    pdf,
    await openMediaRenderer(settings.media),
    office ? viaPdf(office) : missingOffice,
    viaPdf(createTypesetConversion({ ...settings.typeset, fontFolder: settings.pdf.fontFolder })),
  ];
}
