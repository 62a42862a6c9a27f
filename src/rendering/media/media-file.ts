import { z } from 'zod';
import type { Size } from '../fit.js';
import type { VideoColours } from '../image/video-colours.js';
import type { SourceFile } from '../renderer.js';
import type { Ffmpeg } from './ffmpeg.js';
import { damaged } from './refusals.js';

/** What a file holds that can be shown: the first of each kind. Its size is as a player shows it, upright. */
export interface MediaFile {
  readonly durationSeconds: number | null;
  readonly film: Film | null;
  readonly sound: Sound | null;
}

export interface Film extends Size {
  /** Its number among the streams of the file. */
  readonly stream: number;
  readonly hasAlpha: boolean;
  readonly colours: VideoColours;
  /** What made YUV of RGB, where the file does not say. */
  readonly assumedMatrix: string | null;
  /** Where not the usual decoder is needed. */
  readonly decoder: string | null;
}

export interface Sound {
  readonly stream: number;
}

const entries = [
  'format=duration',
  'stream=index,codec_type,codec_name,width,height,sample_aspect_ratio,pix_fmt,color_space,color_transfer,color_primaries,duration',
  'stream_disposition=attached_pic',
  'stream_tags=rotate,alpha_mode',
  'stream_side_data=rotation',
].join(':');

const streamAnswer = z.object({
  index: z.int(),
  codec_type: z.string().optional(),
  codec_name: z.string().optional(),
  width: z.int().optional(),
  height: z.int().optional(),
  sample_aspect_ratio: z.string().optional(),
  pix_fmt: z.string().optional(),
  color_space: z.string().optional(),
  color_transfer: z.string().optional(),
  color_primaries: z.string().optional(),
  duration: z.coerce.number().optional().catch(undefined),
  disposition: z.object({ attached_pic: z.number().optional() }).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  side_data_list: z.array(z.object({ rotation: z.number().optional() })).optional(),
});

const probeAnswer = z.object({
  streams: z.array(streamAnswer).default([]),
  format: z.object({ duration: z.coerce.number().optional().catch(undefined) }).default({}),
});

type Stream = z.infer<typeof streamAnswer>;

/** Its headers are read, and as little of its streams as ffprobe needs to know what they are. */
export async function readMediaFile(source: SourceFile, ffmpeg: Ffmpeg, signal: AbortSignal): Promise<MediaFile> {
  const { streams, format } = parse(await ffmpeg.probe(source, entries, signal), source);
  const moving = streams.find((stream) => stream.codec_type === 'video' && !stream.disposition?.attached_pic);
  const sounding = streams.find((stream) => stream.codec_type === 'audio');
  const duration = format.duration ?? moving?.duration ?? sounding?.duration ?? null;
  return {
    durationSeconds: duration !== null && duration > 0 ? duration : null,
    film: moving ? toFilm(moving) : null,
    sound: sounding ? { stream: sounding.index } : null,
  };
}

function parse(answer: string, { contentType }: SourceFile): z.infer<typeof probeAnswer> {
  try {
    return probeAnswer.parse(JSON.parse(answer));
  } catch (error) {
    throw damaged(contentType, error);
  }
}

/** null for a stream that nothing is known of, like one without a frame. */
function toFilm(stream: Stream): Film | null {
  const { width = 0, height = 0, pix_fmt: pixels = '' } = stream;
  if (width <= 0 || height <= 0) return null;
  const isTransparentWebm = stream.tags?.alpha_mode === '1';
  return {
    ...displaySize(stream, { width, height }),
    stream: stream.index,
    hasAlpha: isTransparentWebm || /^(yuva|rgba|bgra|argb|abgr|gbrap|ya|pal8)/.test(pixels),
    colours: coloursOf(stream),
    assumedMatrix: assumedMatrix(stream, height),
    decoder: isTransparentWebm ? (webmDecoders[stream.codec_name ?? ''] ?? null) : null,
  };
}

/** The only ones that decode the transparency of WebM. */
const webmDecoders: Readonly<Record<string, string>> = { vp8: 'libvpx', vp9: 'libvpx-vp9' };

/** Pixels need not be square, and phones turn the film rather than the frames. */
function displaySize({ sample_aspect_ratio: aspect, side_data_list: sideData, tags }: Stream, { width, height }: Size): Size {
  const [across = 1, down = 1] = (aspect ?? '').split(':').map(Number);
  const ratio = across > 0 && down > 0 ? across / down : 1;
  const shown = { width: Math.max(1, Math.round(width * ratio)), height };
  const rotation = sideData?.find((data) => data.rotation !== undefined)?.rotation ?? Number(tags?.rotate ?? 0);
  const isOnItsSide = Math.abs(Math.round(rotation / 90)) % 2 === 1;
  return isOnItsSide ? { width: shown.height, height: shown.width } : shown;
}

/** By the numbers of ITU-T H.273; what needs no profile is 1. */
const primaries: Readonly<Record<string, number>> = { bt2020: 9, smpte431: 11, smpte432: 12 };
const transfers: Readonly<Record<string, number>> = { linear: 8, smpte2084: 16, 'arib-std-b67': 18 };

function coloursOf({ color_primaries: primary = '', color_transfer: transfer = '' }: Stream): VideoColours {
  return { primaries: primaries[primary] ?? 1, transfer: transfers[transfer] ?? 1 };
}

/** Players take what does not say for high definition from this height on. */
const highDefinitionHeight = 720;

function assumedMatrix({ color_space: matrix, pix_fmt: pixels = '' }: Stream, height: number): string | null {
  const isSaid = matrix !== undefined && matrix !== 'unknown';
  if (isSaid || !pixels.startsWith('yuv')) return null;
  return height >= highDefinitionHeight ? 'bt709' : 'smpte170m';
}
