package dev.connaisseur.integration;

import java.io.File;
import org.assertj.core.api.Assertions;
import org.jboss.shrinkwrap.api.ShrinkWrap;
import org.jboss.shrinkwrap.api.asset.Asset;
import org.jboss.shrinkwrap.api.asset.StringAsset;
import org.jboss.shrinkwrap.api.importer.ZipImporter;
import org.jboss.shrinkwrap.api.spec.WebArchive;

/**
 * The WAR as the build made it, to be deployed at the root with the classes of one test beside it. Its {@code web.xml} is complete,
 * so the servlet of the test runner has to be named in it.
 */
final class ShippedArchive {
    private static final File WAR = new File("target/connaisseur.war");

    private static final Asset ROOT = new StringAsset("""
            <web-ext xmlns="http://websphere.ibm.com/xml/ns/javaee" version="1.1">
                <context-root uri="/"/>
            </web-ext>
            """);
    private static final Asset RUNNER = new StringAsset("""
            <web-app xmlns="https://jakarta.ee/xml/ns/jakartaee" version="6.0" metadata-complete="true">
                <servlet>
                    <servlet-name>tests</servlet-name>
                    <servlet-class>org.jboss.arquillian.protocol.servlet5.runner.ServletTestRunner</servlet-class>
                </servlet>
                <servlet-mapping>
                    <servlet-name>tests</servlet-name>
                    <url-pattern>/ArquillianServletRunnerEE9</url-pattern>
                </servlet-mapping>
            </web-app>
            """);

    private ShippedArchive() {}

    static WebArchive with(Class<?>... tests) {
        return ShrinkWrap.create(ZipImporter.class, "connaisseur.war")
                .importFrom(WAR)
                .as(WebArchive.class)
                .addAsLibrary(jarOf(Assertions.class))
                .addClasses(tests)
                .setWebXML(RUNNER)
                .addAsWebInfResource(ROOT, "ibm-web-ext.xml");
    }

    private static File jarOf(Class<?> type) {
        return new File(type.getProtectionDomain().getCodeSource().getLocation().getPath());
    }
}
