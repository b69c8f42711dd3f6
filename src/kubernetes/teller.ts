/** Says each trouble once, and once that it is over, however often it is met. */
export function createTeller(log: (line: string) => void): (troubles: ReadonlyMap<string, string>) => void {
  const told = new Map<string, string>()
  return (troubles) => {
    for (const [subject, trouble] of troubles) {
      const before = told.get(subject) ?? ''
      if (trouble === before) continue
      told.set(subject, trouble)
      log(trouble === '' ? `The API server answers again about ${subject}` : trouble)
    }
  }
}
