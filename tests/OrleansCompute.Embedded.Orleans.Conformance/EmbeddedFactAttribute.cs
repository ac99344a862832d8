namespace OrleansCompute.Embedded.Orleans.Conformance;

/// <summary>A test of what the embedded engine alone does; skipped with the official packages.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class EmbeddedFactAttribute : FactAttribute
{
    public EmbeddedFactAttribute()
    {
        if (typeof(IGrain).Assembly.GetName().Name != "OrleansCompute.Embedded.Orleans")
        {
            Skip = "Says what the embedded engine does where it differs from the official one.";
        }
    }
}
