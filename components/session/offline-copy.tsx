import { useEffect, useState } from 'react'

/** A newer version of the app that waits for the person's word, or undefined. */
export type NewVersion = { readonly use: () => void } | undefined

function whenInstalled(worker: ServiceWorker, signal: AbortSignal, then: () => void): void {
  const look = () => {
    if (worker.state === 'installed') then()
  }
  worker.addEventListener('statechange', look, { signal })
}

/**
 * Keeps a copy of the app in the browser, so that it starts without a network. A new version is fetched quietly but
 * replaces the running one only when `use` is called: nobody's encryption changes under their hands.
 */
export function useOfflineCopy(): NewVersion {
  const [newVersion, setNewVersion] = useState<NewVersion>()
  useEffect(() => {
    if (!('serviceWorker' in navigator)) return
    // The browser keeps a registration as long as the page, and with it all that a listener sees: also behind a lock.
    const gone = new AbortController()
    const { signal } = gone
    const offer = (waiting: ServiceWorker) =>
      setNewVersion({
        use: () => {
          navigator.serviceWorker.addEventListener('controllerchange', () => window.location.reload(), { once: true })
          waiting.postMessage('take-over')
        },
      })
    const watch = (registration: ServiceWorkerRegistration) => {
      if (signal.aborted) return
      const updates = () => navigator.serviceWorker.controller !== null
      if (registration.waiting && updates()) offer(registration.waiting)
      const follow = () => {
        const fresh = registration.installing
        if (fresh) whenInstalled(fresh, signal, () => updates() && offer(fresh))
      }
      registration.addEventListener('updatefound', follow, { signal })
    }
    navigator.serviceWorker.register('/sw.js', { updateViaCache: 'none' }).then(watch, () => {
      // Without a copy the app still runs whenever its host is reachable.
    })
    return () => gone.abort()
  }, [])
  return newVersion
}
