import { ConfigError, loadConfig } from '../config.js';
import { rotateSigningKeys } from '../identity/signing-keys.js';

/** Refuses where the configuration names the keys: those are rotated there. A running server takes the new key when it starts again. */
export async function rotateKeys(): Promise<void> {
  const config = await loadConfig(process.env);
  if (config.signing.keys) throw new ConfigError(['signing.keys: the configuration holds the keys. Put the new one first there']);
  await rotateSigningKeys(config.dataDirectory);
  console.log('A new key signs content URLs from the next start on. URLs signed until now stay valid as long as they say.');
}
