/** How the kinds of films and sounds that are drawn here are called, by their media types: those that bytes tell, and what systems say. */
const names: Readonly<Record<string, string>> = {
  'video/mp4': 'MP4',
  'video/x-m4v': 'M4V',
  'video/quicktime': 'QuickTime',
  'video/3gpp': '3GP',
  'video/3gpp2': '3GP',
  'video/webm': 'WebM',
  'video/matroska': 'Matroska',
  'video/x-matroska': 'Matroska',
  'video/vnd.avi': 'AVI',
  'video/x-msvideo': 'AVI',
  'video/avi': 'AVI',
  'video/mp2t': 'MPEG',
  'video/mpeg': 'MPEG',
  'video/mp1s': 'MPEG',
  'video/mp2p': 'MPEG',
  'video/ogg': 'Ogg',
  'video/x-flv': 'Flash video',
  'video/x-ms-asf': 'Windows Media',
  'video/x-ms-wmv': 'Windows Media',
  'application/vnd.ms-asf': 'Windows Media',
  'audio/mpeg': 'MP3',
  'audio/mp3': 'MP3',
  'audio/mp4': 'M4A',
  'audio/m4a': 'M4A',
  'audio/x-m4a': 'M4A',
  'audio/aac': 'AAC',
  'audio/wav': 'WAV',
  'audio/wave': 'WAV',
  'audio/x-wav': 'WAV',
  'audio/vnd.wave': 'WAV',
  'audio/flac': 'FLAC',
  'audio/x-flac': 'FLAC',
  'audio/ogg': 'Ogg',
  'audio/opus': 'Opus',
  'application/ogg': 'Ogg',
  'audio/webm': 'WebM',
  'audio/aiff': 'AIFF',
  'audio/x-aiff': 'AIFF',
  'audio/amr': 'AMR',
  'audio/x-ms-asf': 'Windows Media',
  'audio/x-ms-wma': 'Windows Media',
  'audio/ape': 'APE',
  'audio/wavpack': 'WavPack',
  'audio/vnd.dolby.dd-raw': 'Dolby Digital',
};

/** As people say it: "MP4". */
export function mediaName(contentType: string): string {
  return names[contentType] ?? contentType;
}

export const mediaTypes: readonly string[] = Object.keys(names);
