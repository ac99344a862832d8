namespace Orleans.Configuration;

/// <summary>The silo itself.</summary>
public class SiloOptions
{
    /// <summary>The silo's name; default <c>Silo_</c> and five characters.</summary>
    public string SiloName { get; set; } = null!;
}
