const firstHalfAtEnd = /[\ud800-\udbff]$/;

/** At most maxChars UTF-16 units of the text, never half a character. */
export function cutAtCharacter(text: string, maxChars: number): string {
  return text.length <= maxChars ? text : text.slice(0, maxChars).replace(firstHalfAtEnd, '');
}
