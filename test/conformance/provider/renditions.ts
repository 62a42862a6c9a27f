import { expect } from '@jest/globals';
import type { Attachment } from '../../../src/attachment.js';
import { drawPicture } from '../../support/pictures.js';
import { bytesOf, type Case, call, content, pictureOptions, seedOne, type WholeSubject } from './case.js';

const put = ({ provider }: WholeSubject, id: string, name: string, bytes: string, version: number | null = null) =>
  provider.writeRendition(id, { ...content(bytes), name, version }, call);

async function seedPhoto(subject: WholeSubject): Promise<Attachment> {
  const file = { filename: 'photo.jpg', contentType: 'image/jpeg', bytes: await drawPicture(400, 300) };
  const attachment = await subject.provider.stat(await seedOne(subject, file), {}, call);
  if (!attachment) throw new Error('The harness seeded nothing');
  return attachment;
}

function readThumbnail({ provider }: WholeSubject, attachment: Attachment, { maxBytes } = pictureOptions) {
  return provider.readRendition(attachment, { kind: 'thumbnail', size: 160, format: 'JPEG' }, { maxBytes }, call);
}

export const renditionCases: readonly Case[] = [
  {
    id: 'RENDITION-1',
    level: 'MUST',
    title: 'of the system itself are a picture or null',
    needs: ['readRendition'],
    run: async (subject) => {
      const picture = await readThumbnail(subject, await seedPhoto(subject));
      expect([null, 'READY', 'PENDING', 'PLACEHOLDER']).toContain(picture === null ? null : picture.state);
    },
  },
  {
    id: 'RENDITION-8',
    level: 'MUST',
    title: 'of the system itself are refused when they have more bytes than are wanted',
    needs: ['readRendition'],
    run: async (subject) => {
      const photo = await seedPhoto(subject);
      const picture = await readThumbnail(subject, photo);
      if (picture?.state !== 'READY') throw new Error('There is no thumbnail of a photo');
      const { length } = picture.bytes;
      expect(await readThumbnail(subject, photo, { maxBytes: length })).toEqual(picture);
      await expect(readThumbnail(subject, photo, { maxBytes: length - 1 })).rejects.toMatchObject({ code: 'PROVIDER_ERROR' });
    },
  },
  {
    id: 'RENDITION-2',
    level: 'MUST',
    title: 'that nobody uploaded are none',
    needs: ['uploadedRenditions'],
    run: async (subject) => {
      const id = await seedOne(subject);
      expect(await subject.provider.listUploadedRenditions(id, {}, call)).toEqual([]);
      expect(await subject.provider.listUploadedRenditions('no-such-id', {}, call)).toEqual([]);
      expect(await subject.provider.openUploadedRendition(id, 'none', {}, call)).toBeNull();
    },
  },
  {
    id: 'RENDITION-3',
    level: 'MUST',
    title: 'that were uploaded are listed by name and can be read',
    needs: ['uploadedRenditions', 'writeRendition'],
    run: async (subject) => {
      const id = await seedOne(subject);
      const written = await put(subject, id, 'b-cover', 'cover');
      await put(subject, id, 'a-back', 'back');
      const listed = await subject.provider.listUploadedRenditions(id, {}, call);
      expect(listed.map(({ name }) => name)).toEqual(['a-back', 'b-cover']);
      expect(listed[1]).toEqual(written);
      expect(await bytesOf(await subject.provider.openUploadedRendition(id, 'b-cover', {}, call))).toBe('cover');
    },
  },
  {
    id: 'RENDITION-4',
    level: 'MUST',
    title: 'are replaced by one of the same name',
    needs: ['uploadedRenditions', 'writeRendition'],
    run: async (subject) => {
      const id = await seedOne(subject);
      await put(subject, id, 'cover', 'old');
      await put(subject, id, 'cover', 'new');
      expect(await subject.provider.listUploadedRenditions(id, {}, call)).toHaveLength(1);
      expect(await bytesOf(await subject.provider.openUploadedRendition(id, 'cover', {}, call))).toBe('new');
    },
  },
  {
    id: 'RENDITION-5',
    level: 'MUST',
    title: 'are not written for what is not there',
    needs: ['writeRendition'],
    run: async (subject) => {
      const id = await seedOne(subject);
      expect(await put(subject, 'no-such-id', 'cover', 'x')).toBeNull();
      expect(await put(subject, id, 'cover', 'x', 99)).toBeNull();
    },
  },
  {
    id: 'RENDITION-6',
    level: 'MUST',
    title: 'can be removed once',
    needs: ['writeRendition', 'removeRendition'],
    run: async (subject) => {
      const id = await seedOne(subject);
      await put(subject, id, 'cover', 'x');
      expect(await subject.provider.removeRendition(id, 'cover', {}, call)).toBe(true);
      expect(await subject.provider.removeRendition(id, 'cover', {}, call)).toBe(false);
      expect(await subject.provider.openUploadedRendition(id, 'cover', {}, call)).toBeNull();
    },
  },
  {
    id: 'RENDITION-7',
    level: 'MUST',
    title: 'cannot be written where they cannot be listed',
    lacks: ['uploadedRenditions'],
    run: async ({ provider }) => {
      expect(provider.writeRendition).toBeUndefined();
      expect(provider.openUploadedRendition).toBeUndefined();
    },
  },
];
