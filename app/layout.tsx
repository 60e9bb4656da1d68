import type { Metadata, Viewport } from 'next'
import type { ReactNode } from 'react'
import { FIRST_SCRIPT } from '#components/onboarding/first-script'
import './globals.css'

export const metadata: Metadata = {
  title: 'Waxwing',
  description: 'Write together. End-to-end encrypted, peer to peer, no account.',
  manifest: '/manifest.webmanifest',
  icons: { icon: '/favicon.svg', apple: '/icon-192.png' },
  referrer: 'no-referrer',
  robots: { index: false, follow: false },
}

export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  viewportFit: 'cover',
  interactiveWidget: 'resizes-content',
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f6f2ef' },
    { media: '(prefers-color-scheme: dark)', color: '#13100f' },
  ],
}

export default function Layout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <script id="first" dangerouslySetInnerHTML={{ __html: FIRST_SCRIPT }} />
      </head>
      <body>{children}</body>
    </html>
  )
}
