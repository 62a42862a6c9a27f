import { availableParallelism } from 'node:os';
import { z } from 'zod';
import { imageFormats, ladder } from '../rendition.js';
import { convertedSettings } from './converted/settings.js';
import { imageSettings } from './image/settings.js';
import { mediaSettings } from './media/settings.js';
import { officeSettings } from './office/settings.js';
import { pdfSettings } from './pdf/settings.js';
import { typesetSettings } from './typeset/settings.js';

const gib = 1024 ** 3;

export const renderingSettings = z.strictObject({
  queues: z
    .strictObject({
      /** Pictures drawn at once: one more than there are cores, for between its steps a picture leaves its core idle. */
      imageWidth: z
        .int()
        .min(1)
        .max(256)
        .default(availableParallelism() + 1),
      /** SVG drawings drawn at once, besides the pictures: half of the cores are for whatever they are asked to do. */
      svgWidth: z
        .int()
        .min(1)
        .max(256)
        .default(Math.max(1, Math.floor(availableParallelism() / 2))),
      /** Documents drawn at once. */
      documentWidth: z.int().min(1).max(256).default(availableParallelism()),
      /** Office documents at once: while LibreOffice makes the PDF of one, pages of another are drawn. */
      officeWidth: z.int().min(1).max(256).default(2),
      /** Films and sounds looked at or drawn at once, each by a process of its own. */
      mediaWidth: z
        .int()
        .min(1)
        .max(256)
        .default(Math.max(1, Math.floor(availableParallelism() / 2))),
      /** Requests that wait in one queue; more are answered OVERLOADED. */
      maxWaiting: z.int().min(1).max(10_000).default(256),
      /** For waiting and drawing together. */
      deadlineMs: z.int().min(100).max(600_000).default(30_000),
    })
    .prefault({}),
  /** Thumbnails that are made of what was uploaded here before anybody asks. */
  ahead: z
    .strictObject({
      /** None: nothing is drawn ahead. */
      sizes: z.array(z.literal(ladder)).max(ladder.length).default([160, 320]),
      formats: z.array(z.enum(imageFormats)).min(1).max(imageFormats.length).default(['JPEG']),
      /** Files; more are drawn when they are asked for. */
      maxWaiting: z.int().min(1).max(1_000_000).default(10_000),
    })
    .prefault({}),
  /** What was drawn, kept in renditions.db. */
  store: z
    .strictObject({
      maxBytes: z
        .int()
        .min(1024 ** 2)
        .default(2 * gib),
      memoryBytes: z
        .int()
        .min(1024)
        .default(32 * 1024 ** 2),
      maxFacts: z.int().min(100).default(1_000_000),
      /** A refusal that may not hold (too slow, no memory) is forgotten after this time. */
      retryRefusalsAfterMs: z.int().min(0).default(300_000),
    })
    .prefault({}),
  /** Temporary files of sources that come as a stream. */
  spool: z
    .strictObject({
      maxFileBytes: z.int().min(1).default(gib),
      maxBytes: z
        .int()
        .min(1)
        .default(4 * gib),
      keepMs: z.int().min(0).max(3_600_000).default(60_000),
      /** Sources opened at once. */
      width: z.int().min(1).max(1024).default(16),
      maxWaiting: z.int().min(1).max(10_000).default(256),
      deadlineMs: z.int().min(100).max(600_000).default(60_000),
    })
    .prefault({}),
  /** Pictures that providers make themselves. */
  pictures: z
    .strictObject({
      /** A larger one is not read. */
      maxBytes: z
        .int()
        .min(1024)
        .default(16 * 1024 ** 2),
      /** Memory for those that came along with lists; 0 keeps none. */
      memoryBytes: z
        .int()
        .min(0)
        .default(32 * 1024 ** 2),
    })
    .prefault({}),
  converted: convertedSettings.prefault({}),
  image: imageSettings.prefault({}),
  pdf: pdfSettings.prefault({}),
  office: officeSettings.prefault({}),
  typeset: typesetSettings.prefault({}),
  media: mediaSettings.prefault({}),
});

export type RenderingSettings = z.infer<typeof renderingSettings>;
