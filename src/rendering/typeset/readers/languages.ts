/** Types of code, and how the highlighter calls their languages. */
const languages: Readonly<Record<string, string>> = {
  'application/javascript': 'javascript',
  'application/json': 'json',
  'application/ld+json': 'json',
  'application/sql': 'sql',
  'application/toml': 'ini',
  'application/x-httpd-php': 'php',
  'application/x-ndjson': 'json',
  'application/x-sh': 'bash',
  'application/xhtml+xml': 'xml',
  'application/xml': 'xml',
  'application/yaml': 'yaml',
  'text/css': 'css',
  'text/html': 'xml',
  'text/javascript': 'javascript',
  'text/x-c': 'c',
  'text/x-c++': 'cpp',
  'text/x-csharp': 'csharp',
  'text/x-diff': 'diff',
  'text/x-go': 'go',
  'text/x-graphql': 'graphql',
  'text/x-ini': 'ini',
  'text/x-java': 'java',
  'text/x-kotlin': 'kotlin',
  'text/x-less': 'less',
  'text/x-lua': 'lua',
  'text/x-makefile': 'makefile',
  'text/x-objectivec': 'objectivec',
  'text/x-perl': 'perl',
  'text/x-python': 'python',
  'text/x-r': 'r',
  'text/x-ruby': 'ruby',
  'text/x-rust': 'rust',
  'text/x-scss': 'scss',
  'text/x-swift': 'swift',
  'text/x-typescript': 'typescript',
  'text/x-vb': 'vbnet',
  'text/xml': 'xml',
  'text/yaml': 'yaml',
};

export const codeTypes = Object.keys(languages);

/** null for a type that is no code. */
export function languageOf(contentType: string): string | null {
  return languages[contentType] ?? null;
}
