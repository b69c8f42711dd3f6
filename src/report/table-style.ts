const codes = { bold: 1, dim: 2, reverse: 7, red: 31, green: 32, yellow: 33, onRed: '41;97' } as const

export type Style = keyof typeof codes

const begin = '\u001b['

export function painted(style: Style, text: string): string {
  return `${begin}${codes[style]}m${text}${begin}0m`
}

/** Exactly so many columns: cut, or filled up. Knows plain text only: paint it afterwards. */
export function fitted(text: string, width: number): string {
  const letters = [...text]
  return letters.length > width ? `${letters.slice(0, Math.max(0, width - 1)).join('')}…` : text.padEnd(width)
}
