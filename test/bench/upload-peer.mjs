/**
 * The usual way to take a file: graphql-upload-minimal, piped through a hash into the file that the first argument names.
 * A second argument "durable" adds the fsync without which a power cut takes the file.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { createServer } from 'node:http';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { processRequest } from 'graphql-upload-minimal';

const [path, durability] = process.argv.slice(2);
const server = createServer(async (request, response) => {
  const { variables } = await processRequest(request, response);
  const { createReadStream } = await variables.file.promise;
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform(chunk, _encoding, callback) {
      hash.update(chunk);
      callback(null, chunk);
    },
  });
  await pipeline(createReadStream(), hashed, createWriteStream(path, { flush: durability === 'durable' }));
  response.end(JSON.stringify({ data: { digest: hash.digest('hex') } }));
});

server.listen(0, '127.0.0.1', () => process.send(`http://127.0.0.1:${server.address().port}/`));
process.on('disconnect', () => process.exit());
