namespace Orleans;

/// <summary>Marks attributes that describe an injected facet.</summary>
public interface IFacetMetadata;
