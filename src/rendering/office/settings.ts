import { z } from 'zod';

export const officeSettings = z.strictObject({
  /** Where soffice.bin is. Without it office documents are not drawn. */
  programFolder: z.string().min(1).default('/usr/lib/libreoffice/program'),
  /** One that has LibreOffice's `uno` module. */
  python: z.string().min(1).default('/usr/bin/python3'),
  /** LibreOffices at once, each for one document at a time; each starts when it is needed. */
  workers: z.int().min(1).max(16).default(1),
  /** For making the PDF of one document. */
  timeoutMs: z.int().min(1).max(600_000).default(20_000),
  /** A LibreOffice without work for this long ends and gives its memory back. */
  idleMs: z.int().min(0).max(3_600_000).default(300_000),
  /** What one LibreOffice may use. */
  maxMemoryBytes: z.int().min(268_435_456).default(1_073_741_824),
  maxFileBytes: z.int().min(1).default(268_435_456),
  /** Of a longer document only the first ones are drawn. */
  maxPages: z.int().min(1).max(100_000).default(1000),
});

export type OfficeSettings = z.infer<typeof officeSettings>;
