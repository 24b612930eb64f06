package dev.connaisseur;

import jakarta.enterprise.inject.Stereotype;
import jakarta.inject.Singleton;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A bean that lives as long as the process. The one stereotype of the house. */
@Documented
@SuppressWarnings("InjectScopeAnnotationOnInterfaceOrAbstractClass") // a stereotype carries its scope
@Stereotype
@Singleton
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
public @interface Service {}
