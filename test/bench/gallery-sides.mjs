/** The servers of gallery.bench.mjs. All but the program answer with what the same catalog, rendition store and signer give them. */
import 'reflect-metadata';
import { ApolloServer } from '@apollo/server';
import { startStandaloneServer } from '@apollo/server/standalone';
import { fastify } from 'fastify';
import mercurius from 'mercurius';
import {
  Arg,
  buildSchema,
  Field,
  FieldResolver,
  Float,
  ID,
  Int,
  ObjectType,
  Query,
  Resolver,
  Root,
  registerEnumType,
} from 'type-graphql';
import { createApp } from '../../dist/app.js';
import { OwnPictures } from '../../dist/catalog/own-pictures.js';
import { openAnswerCache } from '../../dist/catalog/policy/answer-cache.js';
import { Renditions } from '../../dist/catalog/renditions.js';
import { openCatalog } from '../../dist/composition/catalog.js';
import { parseConfig } from '../../dist/config.js';
import { toGlobalId } from '../../dist/graph/global-id.js';
import { openSigningKeys } from '../../dist/identity/signing-keys.js';
import { createUrlSigner } from '../../dist/identity/url-signer.js';
import { openViewer } from '../../dist/identity/viewer.js';
import { openRendering } from '../../dist/rendering/open-rendering.js';
import { openRenderers } from '../../dist/rendering/renderers.js';
import { toLadderSize } from '../../dist/rendition.js';
import { cpuMs } from './measure.mjs';

const log = { debug() {}, info() {}, warn: console.warn, error: console.error };

/** Tells where it answers, and then, whenever it is asked, the CPU time that it has used. */
export async function serve(side, directory) {
  process.on('message', () => process.send({ cpuMs: cpuMs() }));
  const settings = `server: { logLevel: error }\nsandboxes: false\n${programs[side] ?? ''}`;
  const config = parseConfig(settings, { PORT: '0', PROOFSHEET_DATA: directory });
  process.send({ origin: await (side in programs ? serveProgram(config) : servers[side](await openParts(config))) });
}

/** What the program is configured with. */
const programs = {
  proofsheet: '',
  anew: 'graph: { repeatedAnswersBytes: 0 }',
  interpreted: 'graph: { repeatedAnswersBytes: 0, compileAfter: false }',
};

async function serveProgram(config) {
  const app = await createApp(config);
  process.once('SIGTERM', () => app.close().then(() => process.disconnect()));
  return app.listen();
}

const servers = { apollo: serveApollo, mercurius: serveMercurius, fastify: serveFastify };

/** What the peers answer from. */
async function openParts(config) {
  const settings = config.rendering;
  const { memoryBytes, maxBytes: maxPictureBytes } = settings.pictures;
  const ownPictures = new OwnPictures(memoryBytes);
  const cache = await openAnswerCache(config.catalog.cache, log);
  const catalog = await openCatalog({ config, accounts: [], cache, pictures: ownPictures, log });
  const renderers = await openRenderers(settings, config.dataDirectory);
  const rendering = await openRendering({ directory: config.dataDirectory, renderers, settings, log });
  const renditions = new Renditions({ catalog, rendering, ownPictures, maxPictureBytes });
  const keys = await openSigningKeys({ directory: config.dataDirectory });
  const urls = createUrlSigner({ publicUrl: 'http://127.0.0.1:4000', keys });
  const call = { viewer: openViewer, signal: new AbortController().signal, log };
  return {
    list: async (first) => {
      const page = await catalog.list('vault', { orderBy: 'MODIFIED_DESC' }, { first, after: null }, call);
      return page.items.map(({ item }) => item);
    },
    thumbnail: (attachment, size, format) => {
      const spec = { kind: 'thumbnail', size: toLadderSize(size, 'size'), format };
      return { attachment, spec, ...renditions.expectedSize(attachment, spec) };
    },
    url: ({ attachment, spec }, expiresInSeconds, disposition) =>
      urls.sign({
        ref: attachment,
        version: attachment.versionNumber,
        variant: spec,
        disposition,
        scope: openViewer.scope,
        expiresInSeconds,
        filename: attachment.filename,
      }).url,
  };
}

// ── Apollo standalone + type-graphql, all defaults ───────────────────────────

async function serveApollo(parts) {
  class Thumbnail {}
  class Attachment {}
  class Connection {}
  const enums = {
    ImageFormat: { JPEG: 'JPEG', PNG: 'PNG', WEBP: 'WEBP', AVIF: 'AVIF' },
    Disposition: { INLINE: 'INLINE', ATTACHMENT: 'ATTACHMENT' },
  };
  for (const [name, values] of Object.entries(enums)) registerEnumType(values, { name });
  const nullable = { nullable: true };
  objectType(Thumbnail, { width: [() => Int, nullable], height: [() => Int, nullable] });
  objectType(Attachment, { filename: [() => String], contentType: [() => String], sizeBytes: [() => Float, nullable] });
  objectType(Connection, { nodes: [() => [Attachment]] });

  class ThumbnailResolver {
    url(thumbnail, expiresInSeconds, disposition) {
      return parts.url(thumbnail, expiresInSeconds, disposition);
    }
  }
  fieldResolver(
    ThumbnailResolver,
    () => Thumbnail,
    'url',
    () => String,
    [
      ['expiresInSeconds', () => Int, 900],
      ['disposition', () => enums.Disposition, 'INLINE'],
    ],
  );
  class AttachmentResolver {
    async attachments(first) {
      const attachments = await parts.list(first);
      return Object.assign(new Connection(), { nodes: attachments.map((one) => Object.assign(new Attachment(), one)) });
    }
    id(attachment) {
      return toGlobalId(attachment.provider, 'Attachment', attachment.id);
    }
    thumbnail(attachment, size, format) {
      return Object.assign(new Thumbnail(), parts.thumbnail(attachment, size, format));
    }
  }
  fieldResolver(
    AttachmentResolver,
    () => Attachment,
    'id',
    () => ID,
    [],
  );
  fieldResolver(
    AttachmentResolver,
    () => Attachment,
    'thumbnail',
    () => Thumbnail,
    [
      ['size', () => Int, 320],
      ['format', () => enums.ImageFormat, 'JPEG'],
    ],
  );
  Arg('first', () => Int, { nullable: true, defaultValue: 50 })(AttachmentResolver.prototype, 'attachments', 0);
  Query(() => Connection)(AttachmentResolver.prototype, 'attachments');

  const schema = await buildSchema({ resolvers: [AttachmentResolver, ThumbnailResolver] });
  const { url } = await startStandaloneServer(new ApolloServer({ schema }), { listen: { port: 0, host: '127.0.0.1' } });
  return url.replace(/\/$/, '');
}

/** Decorators written out: this file is not compiled. */
function objectType(target, fields) {
  for (const [name, options] of Object.entries(fields)) Field(...options)(target.prototype, name);
  ObjectType()(target);
}

function fieldResolver(resolver, type, name, returns, args) {
  Reflect.defineMetadata('design:paramtypes', [type(), ...args.map(() => Object)], resolver.prototype, name);
  Root()(resolver.prototype, name, 0);
  for (const [index, [arg, argType, defaultValue]] of args.entries()) {
    Arg(arg, argType, { nullable: true, defaultValue })(resolver.prototype, name, index + 1);
  }
  FieldResolver(returns, { nullable: true })(resolver.prototype, name);
  Resolver(type)(resolver);
}

// ── mercurius with its JIT, resolvers by hand ────────────────────────────────

async function serveMercurius(parts) {
  const app = fastify();
  const schema = `
    enum ImageFormat { JPEG PNG WEBP AVIF }
    enum Disposition { INLINE ATTACHMENT }
    type Thumbnail { width: Int height: Int url(expiresInSeconds: Int = 900, disposition: Disposition = INLINE): String }
    type Attachment { id: ID! filename: String! contentType: String! sizeBytes: Float thumbnail(size: Int = 320, format: ImageFormat = JPEG): Thumbnail }
    type Connection { nodes: [Attachment!]! }
    type Query { attachments(first: Int = 50): Connection! }`;
  const resolvers = {
    Query: { attachments: async (_, { first }) => ({ nodes: await parts.list(first) }) },
    Attachment: {
      id: (attachment) => toGlobalId(attachment.provider, 'Attachment', attachment.id),
      thumbnail: (attachment, { size, format }) => parts.thumbnail(attachment, size, format),
    },
    Thumbnail: { url: (thumbnail, { expiresInSeconds, disposition }) => parts.url(thumbnail, expiresInSeconds, disposition) },
  };
  await app.register(mercurius, { schema, resolvers, jit: 1 });
  return app.listen({ host: '127.0.0.1', port: 0 });
}

// ── No GraphQL at all ────────────────────────────────────────────────────────

async function serveFastify(parts) {
  const app = fastify();
  app.post('/graphql', async () => {
    const attachments = await parts.list(100);
    const nodes = attachments.map((attachment) => {
      const { provider, id, filename, contentType, sizeBytes } = attachment;
      const thumbnail = parts.thumbnail(attachment, 160, 'JPEG');
      const { width, height } = thumbnail;
      const url = parts.url(thumbnail, 900, 'INLINE');
      return { id: toGlobalId(provider, 'Attachment', id), filename, contentType, sizeBytes, thumbnail: { width, height, url } };
    });
    return { data: { attachments: { nodes } } };
  });
  return app.listen({ host: '127.0.0.1', port: 0 });
}
