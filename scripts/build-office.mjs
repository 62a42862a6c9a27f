/** Puts what LibreOffice's driver consists of beside the compiled code that starts it. */
import { copyFile, mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const folder = (part) => fileURLToPath(new URL(`../${part}/rendering/office/`, import.meta.url));

await mkdir(folder('dist'), { recursive: true });
for (const name of ['driver.py', 'pdf_export.py', 'profile.xcu']) await copyFile(folder('src') + name, folder('dist') + name);
