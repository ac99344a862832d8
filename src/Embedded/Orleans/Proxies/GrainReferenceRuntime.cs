namespace Orleans.Embedded;

/// <summary>What a reference needs of the silo or client that made it.</summary>
internal abstract class GrainReferenceRuntime
{
    public abstract GrainReference CreateReference(GrainId grainId, Type interfaceType);
}
