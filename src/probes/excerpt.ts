/** The beginning of what was received, fit for one line. */
export function excerpt(text: string): string {
  return text === '' ? 'nothing' : JSON.stringify(text.slice(0, 60))
}
