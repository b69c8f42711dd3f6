/** The longest beginning of a text that has at most so many bytes of UTF-8, with an ellipsis when it is not all. */
export function shortened(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text
  // A letter that was cut in half becomes a replacement character.
  return `${Buffer.from(text)
    .subarray(0, bytes - 3)
    .toString()
    .replace(/\uFFFD+$/, '')}…`
}
