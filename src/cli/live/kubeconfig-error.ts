/** A kubeconfig that cannot be used, or none. */
export class KubeconfigError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = 'KubeconfigError'
  }
}

/** By its name: who reads kubeconfigs is a file of its own in the bundle, with a class of its own. */
export function isKubeconfigError(error: unknown): error is KubeconfigError {
  return error instanceof Error && error.name === 'KubeconfigError'
}
