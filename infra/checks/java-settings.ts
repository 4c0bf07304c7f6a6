/** What the builders of Java are given in their home: they take no proxy from the environment, and Gradle tells of no tests by itself. */

const proxy = `<proxy>
      <id>sandbox</id><active>true</active><protocol>http</protocol><host>localhost</host><port>3128</port>
      <username>\${env.CLOUDSDK_PROXY_USERNAME}</username><password>\${env.CLOUDSDK_PROXY_PASSWORD}</password>
    </proxy>`

/** Maven's settings with the sandbox's proxy, and the mirrors of the person's own. Pure. */
export const mavenSettings = (own: string): string => {
  const mirrors = /<mirrors>.*?<\/mirrors>/s.exec(own.replaceAll(/<!--.*?-->/gs, ''))?.[0] ?? ''
  return `<settings>
  ${mirrors}
  <proxies>
    ${proxy}
  </proxies>
</settings>
`
}

/** Gradle's part of every build: the sandbox's proxy, and that each test is run and told, also where nothing changed since the last run. */
export const gradleSettings = `def env = System.getenv()
if (env.CLOUDSDK_PROXY_PORT) ['http', 'https'].each {
    System.setProperty(it + '.proxyHost', 'localhost')
    System.setProperty(it + '.proxyPort', env.CLOUDSDK_PROXY_PORT)
    System.setProperty(it + '.proxyUser', env.CLOUDSDK_PROXY_USERNAME)
    System.setProperty(it + '.proxyPassword', env.CLOUDSDK_PROXY_PASSWORD)
}
allprojects {
    afterEvaluate {
        tasks.withType(Test) {
            outputs.upToDateWhen { false }
            testLogging.events 'passed', 'skipped', 'failed'
        }
    }
}
`
