namespace Orleans.Runtime;

/// <summary>The silo of these services.</summary>
public interface ILocalSiloDetails
{
    /// <summary>Its name.</summary>
    string Name { get; }

    /// <summary>Its cluster.</summary>
    string ClusterId { get; }

    /// <summary>The machine's name.</summary>
    string DnsHostName { get; }

    /// <summary>Its address.</summary>
    SiloAddress SiloAddress { get; }

    /// <summary>Its gateway's address.</summary>
    SiloAddress GatewayAddress { get; }
}
